import JSON

extension GalleryDocument {
    /// What the page's script reads; what is not known is left out.
    ///
    /// - Parameter folder: the folder that the page will be in; files are named relative to it.
    func json(relativeTo folder: String) -> JSONObject {
        var json: JSONObject = [
            "title": .string(title), "language": .string(language), "made": .integer(made),
            "entries": .array(entries.map { .object($0.json(relativeTo: folder)) }),
        ]
        if let grid { json.append("grid", .object(grid.json)) }
        return json
    }
}

extension GalleryEntry {
    fileprivate func json(relativeTo folder: String) -> JSONObject {
        var json: JSONObject = [
            "job": .string(job), "number": .integer(Int64(number)), "run": .string(run), "state": .string(state),
            "prompt": .string(prompt), "endpoint": .string(endpoint), "arguments": .object(arguments),
            "created": .integer(created),
        ]
        if sentPrompt != prompt { json.append("sent", .string(sentPrompt)) }
        if let avatar { json.append("avatar", .string(avatar)) }
        if let preset { json.append("preset", .string(preset)) }
        if let seed { json.append("seed", .string(String(seed))) }
        if let requestID { json.append("request", .string(requestID)) }
        if let seconds { json.append("seconds", .number(seconds)) }
        if let price { json.append("price", .number(price)) }
        if isSimulated { json.append("simulated", .bool(true)) }
        if let command { json.append("command", .string(command)) }
        if let failure {
            json.append("code", .string(failure.code))
            json.append("message", .string(failure.message))
        }
        guard let picture else { return json }
        if let file = picture.file {
            json.append("file", .string(RelativePath.path(to: file, from: folder)))
            json.append("link", .string(RelativePath.link(to: file, from: folder)))
        }
        if let receipt = picture.receipt {
            json.append("receipt", .string(RelativePath.link(to: receipt, from: folder)))
        }
        // A data URI is the picture itself: the page has it as a file.
        if let url = picture.url, !url.hasPrefix("data:") { json.append("url", .string(url)) }
        if let width = picture.width { json.append("width", .integer(Int64(width))) }
        if let height = picture.height { json.append("height", .integer(Int64(height))) }
        if picture.isFlagged { json.append("flagged", .bool(true)) }
        return json
    }
}

extension ComparisonGrid {
    fileprivate var json: JSONObject {
        var json: JSONObject = [
            "columns": .object(columns.json),
            "cells": .array(cells.map { .array($0.map { .integer(Int64($0)) }) }), "prompt": .string(prompt),
        ]
        if let rows { json.append("rows", .object(rows.json)) }
        if let seed { json.append("seed", .string(String(seed))) }
        return json
    }
}

extension ComparisonGrid.Axis {
    fileprivate var json: JSONObject { ["name": .string(name), "values": .array(values.map { .string($0) })] }
}
