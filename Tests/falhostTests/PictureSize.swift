import Foundation

/// The size that a picture's own header tells.
struct PictureSize: Equatable, CustomStringConvertible {
    let width: Int
    let height: Int

    init(_ width: Int, _ height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads a PNG's IHDR or the frame header of a JPEG; nil for what is neither, or breaks off.
    init?(_ file: Data) {
        let bytes = [UInt8](file)
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), bytes.count > 33 {
            guard bytes[12..<16].elementsEqual("IHDR".utf8), bytes.suffix(8).prefix(4).elementsEqual("IEND".utf8) else {
                return nil
            }
            self.init(Self.number(bytes[16..<20]), Self.number(bytes[20..<24]))
            return
        }
        guard bytes.starts(with: [0xFF, 0xD8]), bytes.suffix(2) == [0xFF, 0xD9] else { return nil }
        var at = 2
        while at + 9 < bytes.count, bytes[at] == 0xFF {
            // SOF0 to SOF2: baseline, extended, progressive.
            if (0xC0...0xC2).contains(bytes[at + 1]) {
                self.init(Self.number(bytes[at + 7..<at + 9]), Self.number(bytes[at + 5..<at + 7]))
                return
            }
            at += 2 + Self.number(bytes[at + 2..<at + 4])
        }
        return nil
    }

    var description: String { "\(width) x \(height)" }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
