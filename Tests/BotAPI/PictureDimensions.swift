/// Width and height of a PNG or JPEG file, from its head alone.
struct PictureDimensions: Equatable {
    let width: Int
    let height: Int

    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), bytes.count >= 24 {
            (width, height) = (Self.number(bytes[16..<20]), Self.number(bytes[20..<24]))
        } else if bytes.starts(with: [0xFF, 0xD8]), let frame = Self.frame(bytes) {
            (width, height) = (Self.number(bytes[frame + 7..<frame + 9]), Self.number(bytes[frame + 5..<frame + 7]))
        } else {
            return nil
        }
    }

    /// https://core.telegram.org/bots/api#sendphoto
    var fitPhoto: Bool {
        width + height <= 10_000 && width > 0 && height > 0 && max(width, height) <= 20 * min(width, height)
    }

    /// Where the segment with the size of the picture begins (JPEG, ITU T.81 §B.2.2).
    private static func frame(_ bytes: [UInt8]) -> Int? {
        var at = 2
        while at + 9 <= bytes.count, bytes[at] == 0xFF {
            let marker = bytes[at + 1]
            if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) { return at }
            at += 2 + number(bytes[at + 2..<at + 4])
        }
        return nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
