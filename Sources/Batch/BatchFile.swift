/// Reads batch files.
package enum BatchFile {
    /// The lines of a file; throws all that is wrong with it at once.
    ///
    /// - Parameter bytes: UTF-8, with or without a byte order mark.
    package static func read(_ bytes: [UInt8], as format: BatchFormat) throws(BatchFileError) -> [BatchLine] {
        let bytes = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw BatchFileError([BatchProblem(line: firstFaultyLine(of: bytes), "not UTF-8; save the file as UTF-8")])
        }
        var reader = BatchLineReader()
        switch format {
        case .text: reader.readText(text)
        case .csv: reader.readCSV(text)
        case .jsonLines: reader.readJSONLines(text)
        }
        if reader.lines.isEmpty, reader.problems.isEmpty {
            reader.problems.append(BatchProblem(line: 1, "the file has no prompts"))
        }
        if !reader.problems.isEmpty { throw BatchFileError(reader.problems) }
        return reader.lines
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func firstFaultyLine(of bytes: ArraySlice<UInt8>) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
        return (index ?? 0) + 1
    }
}

/// What has been read so far, and what was wrong with it.
struct BatchLineReader {
    var lines: [BatchLine] = []
    var problems: [BatchProblem] = []

    mutating func readText(_ text: String) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let prompt = line.trimmingSpaces
            if prompt.isEmpty || prompt.hasPrefix("#") { continue }
            let words = prompt.hasPrefix("\\#") ? prompt.dropFirst() : prompt
            add(index + 1, prompt: String(words)) { _ in }
        }
    }

    /// Adds a line whose prompt can be read, once `fill` has given it the rest.
    mutating func add(_ number: Int, prompt: String, fill: (inout BatchLine) -> Void) {
        do throws(PromptTemplate.SyntaxError) {
            var line = BatchLine(number: number, prompt: try PromptTemplate(parsing: prompt))
            fill(&line)
            lines.append(line)
        } catch {
            problems.append(BatchProblem(line: number, "\(error)"))
        }
    }
}

extension StringProtocol {
    var trimmingSpaces: SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}
