/// What a picture looks like, in 64 bits: pictures that differ in size, format or a little in colour have nearly the same.
///
/// A difference hash: the picture in 9 x 8 grey points, and for each but the last of a row whether it is brighter than the
/// next (N. Krawetz, "Kind of Like That", 2013).
package struct PictureLikeness: Sendable, Equatable {
    package let bits: UInt64

    package init(bits: UInt64) {
        self.bits = bits
    }

    /// Why none can be made here; nil when libgd is there.
    package static var problem: String? { Bitmap.libraryProblem.map { PictureError.noLibrary($0).description } }

    /// Of a picture's file; nil where its pixels cannot be read.
    package init?(of bytes: [UInt8]) {
        guard Bitmap.libraryProblem == nil, let picture = try? Bitmap(bytes),
            let small = Bitmap(width: 9, height: 8, colour: 0)
        else { return nil }
        small.draw(picture, x: 0, y: 0, width: 9, height: 8)
        var bits: UInt64 = 0
        for y in 0..<8 {
            for x in 0..<8 { bits = bits << 1 | (small.brightness(x, y) > small.brightness(x + 1, y) ? 1 : 0) }
        }
        self.bits = bits
    }

    /// How many bits differ: 0 for what looks the same, about 32 for what has nothing in common.
    package func distance(to other: PictureLikeness) -> Int { (bits ^ other.bits).nonzeroBitCount }
}
