/// Words in columns, in order from top to bottom, as ls(1) has them.
struct CandidateList {
    /// More are not shown, only counted.
    private static let limit = 100

    private let words: [String]
    private let hiddenCount: Int

    init(_ words: [String]) {
        self.words = Array(words.prefix(Self.limit))
        hiddenCount = words.count - self.words.count
    }

    /// Whole lines, each at most so many columns wide.
    func text(columns: Int) -> String {
        let width = (words.map(\.count).max() ?? 0) + 2
        let perRow = max(1, columns / width)
        let rows = (words.count + perRow - 1) / perRow
        var text = ""
        for row in 0..<rows {
            let cells = stride(from: row, to: words.count, by: rows).map { words[$0] }
            let padded = cells.dropLast().map { $0 + String(repeating: " ", count: width - $0.count) }
            text += padded.joined() + (cells.last ?? "") + "\n"
        }
        return hiddenCount > 0 ? text + "… and \(hiddenCount) more\n" : text
    }
}
