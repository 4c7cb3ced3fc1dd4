/// A picture made of square dots of one colour, 1, 2, 4 or 8 pixels wide.
///
/// Dots divide JPEG's 8 × 8 blocks evenly, and the background keeps one colour over a whole block: such a block costs
/// an encoder a few bits and no transform, so that a 4-megapixel picture takes milliseconds.
struct Canvas {
    /// Pixels.
    let width: Int
    let height: Int
    /// Pixels along one side of a dot.
    let dotSize: Int
    /// Dots.
    let columns: Int
    let rows: Int
    /// Rows of `0xRRGGBB`, from the top left.
    private(set) var dots: [UInt32]

    /// Dots along one side of a JPEG block.
    var tile: Int { 8 / dotSize }

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        dotSize = [8, 4, 2].first { width / $0 >= 140 && height / $0 >= 140 } ?? 1
        columns = (width + dotSize - 1) / dotSize
        rows = (height + dotSize - 1) / dotSize
        dots = Array(repeating: 0, count: columns * rows)
    }

    /// Fills a rectangle given in dots; what lies outside the picture is left out.
    mutating func fill(x: Int, y: Int, width: Int, height: Int, colour: UInt32) {
        let left = max(x, 0)
        let right = min(x + width, columns)
        guard left < right else { return }
        for row in max(y, 0)..<max(min(y + height, rows), max(y, 0)) {
            for column in left..<right { dots[row * columns + column] = colour }
        }
    }

    /// Writes one line of text with its capitals' top left corner at (x, y), each font dot `scale` dots wide.
    mutating func write(_ text: some Sequence<Unicode.Scalar>, x: Int, y: Int, scale: Int, colour: UInt32) {
        var left = x
        for scalar in text {
            for (row, bits) in BitmapFont.standard.glyph(scalar.value).enumerated() {
                for column in 0..<5 where bits >> (4 - column) & 1 == 1 {
                    fill(
                        x: left + column * scale, y: y + row * scale, width: scale, height: scale, colour: colour)
                }
            }
            left += BitmapFont.advance * scale
        }
    }
}
