import Testing

@testable import LineEditor

struct DisplayRowTests {
    private func rows(_ text: String, columns: Int) -> Int {
        var row = DisplayRow(columns: columns)
        row.advance(over: text)
        return row.number
    }

    @Test func textFoldsAtTheLastColumn() {
        #expect(rows("123456789", columns: 10) == 0)
        #expect(rows("1234567890", columns: 10) == 1)
        #expect(rows("1\n2\n3", columns: 10) == 2)
        #expect(rows("\t\t", columns: 10) == 1)
    }
}
