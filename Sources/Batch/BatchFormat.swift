/// How a batch file is written.
package enum BatchFormat: String, Sendable, CaseIterable {
    /// A prompt a line; empty lines and lines that begin with `#` say nothing.
    case text = "txt"
    /// RFC 4180 with a header; `;` and tabs separate too.
    case csv
    /// An object of JSON a line.
    case jsonLines = "jsonl"

    /// By the file's extension; nil for one that is none of ours.
    package init?(path: String) {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        switch path[path.index(after: dot)...].lowercased() {
        case "txt", "text": self = .text
        case "csv", "tsv": self = .csv
        case "jsonl", "ndjson": self = .jsonLines
        default: return nil
        }
    }
}
