/// A 5 × 7 dot font (two more dots below the line) for Latin and Cyrillic; any other character is an empty box.
struct BitmapFont: Sendable {
    /// Dots from one character to the next.
    static let advance = 6
    /// Dots of a capital letter's height.
    static let capHeight = 7
    /// Dots from one line to the next.
    static let lineHeight = 11
    /// Dots a glyph may take, descender included.
    static let glyphHeight = 9

    static let standard = BitmapFont(strips: FontSheet.strips)

    /// One row of five bits a byte, the leftmost dot in bit 4.
    typealias Glyph = [UInt8]

    private let glyphs: [UInt32: Glyph]
    private static let box: Glyph = [31, 17, 17, 17, 17, 17, 31]

    init(strips: String) {
        var glyphs: [UInt32: Glyph] = [:]
        var names: [UInt32] = []
        for line in strips.split(separator: "\n") {
            if line.first == "=" {
                names = line.dropFirst().unicodeScalars.map(\.value)
                continue
            }
            for (name, cell) in zip(names, line.split(separator: " ")) {
                glyphs[name, default: []].append(cell.utf8.reduce(0) { $0 << 1 | ($1 == UInt8(ascii: "#") ? 1 : 0) })
            }
        }
        self.glyphs = glyphs
    }

    func glyph(_ scalar: UInt32) -> Glyph {
        glyphs[scalar] ?? Self.box
    }
}
