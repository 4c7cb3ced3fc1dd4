import Generation
import JSON

extension Alternatives {
    /// Lines for people, the first a heading; as options, where a command line can say it.
    func lines() throws -> [String] {
        var lines = try mends.map { try "  " + $0.text() }
        if !presets.isEmpty { lines.append("  --preset \(presets.joined(separator: " | "))") }
        if !avatars.isEmpty { lines.append("  --avatar \(avatars.joined(separator: " | "))") }
        if !endpoints.isEmpty { lines.append("  --set endpoint=\(endpoints.joined(separator: " | "))") }
        return lines.isEmpty ? [] : ["what would be accepted, the nearest first:"] + lines
    }
}

extension Alternatives.Mend {
    /// `--set guidance_scale=35  (a number from 0 to 35)`, `in presets/mine.lua:3 write seed for sed`
    fileprivate func text() throws -> String {
        let why = expected.map { "  (\($0.phrase(in: .english)))" } ?? ""
        switch (change, place) {
        case (.set(let value), _): return "--set \(key)=\(try Self.shown(value))\(why)"
        case (.rename(let name), nil): return "--set \(name)=… in place of --set \(key)=…"
        case (.rename(let name), let place?): return "in \(place): \(name) in place of \(key)"
        case (.remove, nil): return "without --set \(key)=…\(why)"
        case (.remove, let place?): return "in \(place): without \(key)\(why)"
        }
    }

    /// As `--set` takes it.
    private static func shown(_ value: JSONValue) throws -> String {
        if let text = value.stringValue { return text }
        if let number = value.numberValue, let whole = Int64(exactly: number) { return String(whole) }
        return "'" + String(decoding: try value.serialized(), as: UTF8.self) + "'"
    }
}
