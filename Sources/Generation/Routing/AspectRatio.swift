/// The shape of a picture: `16:9`.
package struct AspectRatio: Sendable, Equatable {
    package let width: Int
    package let height: Int

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads two numbers from 1 to 9999 with a colon between them.
    package init?(_ text: String) {
        let sides = text.split(separator: ":", omittingEmptySubsequences: false)
        guard sides.count == 2, let width = Self.side(sides[0]), let height = Self.side(sides[1]) else { return nil }
        self.init(width: width, height: height)
    }

    /// The shape that a size has where it is listed, else the listed shape that is nearest to it.
    package init(nearestTo size: ImageSize) {
        self.init(nearestToWidth: size.width, height: size.height)
    }

    private init(nearestToWidth width: Int, height: Int) {
        let wanted = Double(width) / Double(height)
        var best = Self.listed[0].ratio
        var bestOff = Double.infinity
        for (ratio, _, _) in Self.listed {
            // How many times too wide or too narrow: 2:1 is as far from 1:1 as 1:2 is.
            let quotient = wanted * Double(ratio.height) / Double(ratio.width)
            let off = max(quotient, 1 / quotient)
            if off < bestOff { (best, bestOff) = (ratio, off) }
        }
        self = best
    }

    package var text: String { "\(width):\(height)" }

    /// The size of an ultra picture of this shape, about 4 megapixels in steps of 32 (fal states 16:9 and 1:1 only).
    package var ultraDimensions: (width: Int, height: Int) {
        let nearest = AspectRatio(nearestToWidth: width, height: height)
        let row = Self.listed.first { $0.ratio == nearest } ?? Self.listed[0]
        return (row.width, row.height)
    }

    /// What fal lists for the ultra endpoint, with the pictures' sizes.
    private static let listed: [(ratio: AspectRatio, width: Int, height: Int)] = [
        (AspectRatio(width: 1, height: 1), 2048, 2048),
        (AspectRatio(width: 21, height: 9), 3136, 1344), (AspectRatio(width: 16, height: 9), 2752, 1536),
        (AspectRatio(width: 3, height: 2), 2496, 1664), (AspectRatio(width: 4, height: 3), 2368, 1792),
        (AspectRatio(width: 3, height: 4), 1792, 2368), (AspectRatio(width: 2, height: 3), 1664, 2496),
        (AspectRatio(width: 9, height: 16), 1536, 2752), (AspectRatio(width: 9, height: 21), 1344, 3136),
    ]

    private static func side(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), let side = Int(text), side > 0, text.first != "+" else { return nil }
        return side
    }
}
