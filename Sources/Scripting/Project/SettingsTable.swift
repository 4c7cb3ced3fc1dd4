import Generation
import JSON

/// One table of the project's settings: reads its values, and says of a bad one where it is.
struct SettingsTable {
    private let members: JSONObject
    /// The keys that lead to it.
    private let path: [String]
    private let text: [UInt8]

    init(_ members: JSONObject, path: [String], text: [UInt8]) {
        self.members = members
        self.path = path
        self.text = text
    }

    var names: [String] { members.names }

    /// Refuses a key that is not among the known ones.
    func check(_ known: [String]) throws(ProjectSettingsError) {
        for name in names where !known.contains(name) { throw unknown(name, known: known) }
    }

    func unknown(_ name: String, known: [String]) -> ProjectSettingsError {
        let hint =
            DidYouMean.nearest(to: name, in: known).map { "did you mean \($0)?" }
            ?? "known: \(known.joined(separator: ", "))"
        return ProjectSettingsError(
            description: "\(place(of: name)): unknown key \((path + [name]).joined(separator: ".")); \(hint)")
    }

    /// `falhost.lua:3: budget.per_run: …`
    func fault(_ name: String, _ problem: String) -> ProjectSettingsError {
        ProjectSettingsError(
            description: "\(place(of: name)): \((path + [name]).joined(separator: ".")): \(problem)")
    }

    // MARK: Values; nil where there is none

    func isNumber(_ name: String) -> Bool { members[name]?.numberValue != nil }

    func table(_ name: String, or other: String? = nil) throws(ProjectSettingsError) -> SettingsTable? {
        guard let value = value(name) else { return nil }
        guard case .object(let inner) = value else {
            throw expected(name, (other.map { "\($0) or " } ?? "") + "a table with named values", value)
        }
        return SettingsTable(inner, path: path + [name], text: text)
    }

    func text(_ name: String) throws(ProjectSettingsError) -> Placed<String>? {
        guard let value = value(name) else { return nil }
        guard let string = value.stringValue, !string.isEmpty else {
            throw expected(name, "a string that is not empty", value)
        }
        return Placed(string, at: place(of: name))
    }

    func flag(_ name: String) throws(ProjectSettingsError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else { throw expected(name, "true or false", value) }
        return flag
    }

    func dollars(_ name: String) throws(ProjectSettingsError) -> Dollars? {
        guard let value = value(name) else { return nil }
        guard let dollars = value.numberValue.flatMap(Dollars.init) else {
            throw expected(name, "a number of dollars from 0 to 1000000000", value)
        }
        return dollars
    }

    /// A whole number above 0.
    func count(_ name: String) throws(ProjectSettingsError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.numberValue, let count = Int(exactly: number), (1...1_000_000).contains(count) else {
            throw expected(name, "a whole number from 1 to 1000000", value)
        }
        return count
    }

    func positive(_ name: String) throws(ProjectSettingsError) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.numberValue, number > 0, number <= 1_000_000 else {
            throw expected(name, "a number above 0, at most 1000000", value)
        }
        return number
    }

    private func value(_ name: String) -> JSONValue? {
        members[name].flatMap { $0.isNull ? nil : $0 }
    }

    private func expected(_ name: String, _ what: String, _ value: JSONValue) -> ProjectSettingsError {
        let found: String =
            switch value {
            case .string(let text): "'\(text)'"
            case .integer(let number): String(number)
            case .number(let number): String(number)
            default: value.kindName
            }
        return fault(name, "\(what) is expected, not \(found)")
    }

    // MARK: Places

    /// `falhost.lua:3`, or the file alone where the key is not written out.
    private func place(of name: String) -> String {
        let line = Self.line(of: path + [name], in: text).map { ":\($0)" } ?? ""
        return ProjectSettingsFile.name + line
    }

    /// The line, from 1, that has the last of these keys: each is looked for from the line of the one before it.
    static func line(of keys: [String], in text: [UInt8]) -> Int? {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var index = 0
        for key in keys {
            guard let found = lines[index...].firstIndex(where: { has(key, in: $0) }) else { return nil }
            index = found
        }
        return index + 1
    }

    /// A key in quotes, or as a word of the line, comments aside.
    private static func has(_ key: String, in line: ArraySlice<UInt8>) -> Bool {
        let dash = UInt8(ascii: "-")
        let end = line.indices.dropLast().first { line[$0] == dash && line[$0 + 1] == dash } ?? line.endIndex
        let code = String(decoding: line[..<end], as: UTF8.self)
        if code.split(whereSeparator: { $0 == "\"" || $0 == "'" }).contains(Substring(key)) { return true }
        return code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains(Substring(key))
    }
}
