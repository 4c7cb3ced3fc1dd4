import CEdit

/// Where things are on the screen: libedit knows, but tells nobody.
extension EditingThread {
    /// Control sequences that go to the prompt's first column and clear the screen from there on.
    func erasePrompt() -> String {
        let row = place().cursor
        return "\r" + (row > 0 ? "\u{1B}[\(row)A" : "") + "\u{1B}[J"
    }

    /// Control sequences that go to the last row of the line.
    func moveBelow() -> String {
        let place = place()
        let rows = place.last - place.cursor
        return rows > 0 ? "\u{1B}[\(rows)B" : ""
    }

    /// The rows of the cursor and of the line's end, counted from the prompt's.
    private func place() -> (cursor: Int, last: Int) {
        guard let typed = cedit_typed(editor)?.pointee, let buffer = typed.buffer, let end = typed.lastchar,
            let cursor = typed.cursor
        else { return (0, 0) }
        var row = DisplayRow(columns: screen.columns)
        row.advance(over: visiblePrompt)
        row.advance(over: Self.text(buffer, cursor))
        let cursorRow = row.number
        row.advance(over: Self.text(cursor, end))
        return (cursorRow, row.number)
    }

    /// The prompt without its control sequences, which stand between U+0001 and U+0001.
    private var visiblePrompt: String {
        let text = prompt.map { String(cString: $0) } ?? ""
        return text.split(separator: "\u{1}", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
    }

    static func text(_ start: UnsafePointer<CChar>, _ end: UnsafePointer<CChar>) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: end - start), as: UTF8.self)
    }
}

/// A place on a terminal that text moves through.
struct DisplayRow {
    let columns: Int
    private(set) var number = 0
    private var column = 0

    init(columns: Int) {
        self.columns = max(columns, 1)
    }

    mutating func advance(over text: String) {
        for scalar in text.unicodeScalars { advance(over: scalar) }
    }

    private mutating func advance(over scalar: Unicode.Scalar) {
        if scalar == "\n" {
            number += 1
            column = 0
            return
        }
        let width = width(of: scalar)
        if column + width > columns {
            number += 1
            column = 0
        }
        column += width
        if column == columns {
            number += 1
            column = 0
        }
    }

    /// As libedit shows it: a tab to the next eighth column, other control characters as `^X`.
    private func width(of scalar: Unicode.Scalar) -> Int {
        if scalar == "\t" { return 8 - column % 8 }
        let width = Int(cedit_width(scalar.value))
        return width >= 0 ? width : 2
    }
}
