internal import CSV
internal import JSON

/// One avatar of a file as it stands there.
struct AvatarRow {
    let place: AvatarProblem.Place
    /// Names and values; all of a CSV file's values are texts, and what is empty there is null.
    let fields: JSONObject

    /// Reads a list in JSON or a table in CSV; what is no row comes as a problem.
    static func read(
        _ bytes: [UInt8], file: String?, _ problems: inout [AvatarProblem]
    ) throws(GenerationError) -> [AvatarRow] {
        guard isCSV(bytes, file) else {
            var rows: [AvatarRow] = []
            for (index, element) in try AvatarFile.elements(of: bytes, file).enumerated() {
                if case .object(let fields) = element {
                    rows.append(AvatarRow(place: .element(index), fields: fields))
                } else {
                    let fault = AvatarProblem.Fault.notObject(kind: element.kindName)
                    problems.append(AvatarProblem(.element(index), field: nil, fault: fault))
                }
            }
            return rows
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadableAvatars(reason: "not UTF-8; export with client encoding UTF8", file: file)
        }
        return try readCSV(text, file, &problems)
    }

    /// A file of that name, or one whose first line names an id among other columns.
    private static func isCSV(_ bytes: [UInt8], _ file: String?) -> Bool {
        if file?.lowercased().hasSuffix(".csv") == true { return true }
        let first = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        var reader = CSVReader(String(decoding: first, as: UTF8.self))
        guard first.first != UInt8(ascii: "["), first.first != UInt8(ascii: "{"), let header = try? reader.next() else {
            return false
        }
        return header.fields.count > 1 && header.fields.contains { $0.lowercased() == "id" }
    }

    private static func readCSV(
        _ text: String, _ file: String?, _ problems: inout [AvatarProblem]
    ) throws(GenerationError) -> [AvatarRow] {
        var reader = CSVReader(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
        var rows: [AvatarRow] = []
        do throws(CSVReader.SyntaxError) {
            guard let header = try reader.next() else { return [] }
            let names = header.fields.map { $0.lowercased() }
            for name in Set(names) where names.count(where: { $0 == name }) > 1 {
                problems.append(AvatarProblem(.line(header.line), field: name, fault: .record(reason: "stands twice")))
            }
            while let record = try reader.next() {
                guard record.fields.count == names.count else {
                    let reason = "\(record.fields.count) fields, but the header has \(names.count)"
                    problems.append(AvatarProblem(.line(record.line), field: nil, fault: .record(reason: reason)))
                    continue
                }
                let fields = zip(names, record.fields).map { name, text in (name, value(text, of: name)) }
                rows.append(AvatarRow(place: .line(record.line), fields: JSONObject(fields)))
            }
        } catch {
            // Nothing after it can be told apart.
            problems.append(AvatarProblem(.line(error.line), field: nil, fault: .record(reason: "\(error)")))
        }
        return rows
    }

    private static func value(_ text: String, of name: String) -> JSONValue {
        if text.isEmpty { return .null }
        switch AvatarField(rawValue: name) {
        case .archived?:
            return ["t", "true"].contains(text) ? true : ["f", "false"].contains(text) ? false : .string(text)
        case .loraSize?: return Int64(text).map(JSONValue.integer) ?? .string(text)
        default: return .string(text)
        }
    }
}
