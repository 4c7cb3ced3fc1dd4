package import JSON

/// Where a value stands in a file that people write.
package struct SourcePlace: Sendable, Equatable, CustomStringConvertible {
    /// As a person would write it: `presets/ultra.lua`.
    package let file: String
    /// From 1; nil where the text does not tell.
    package let line: Int?

    package init(file: String, line: Int? = nil) {
        self.file = file
        self.line = line
    }

    /// `presets/ultra.lua:4`
    package var description: String { line.map { "\(file):\($0)" } ?? file }

    /// `file`, and `line` where it is known.
    package var json: JSONObject {
        var json: JSONObject = ["file": .string(file)]
        if let line { json.append("line", .integer(Int64(line))) }
        return json
    }
}
