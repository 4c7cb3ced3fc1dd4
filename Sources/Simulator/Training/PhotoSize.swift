/// Width and height of a photo, from the headers of a file that goes on to its end.
struct PhotoSize: Equatable {
    let width: Int
    let height: Int

    /// Names that end so are photos to a trainer.
    static let extensions = [".jpg", ".jpeg", ".png"]

    /// Nil when the bytes are neither JPEG nor PNG, or are cut off. The contents tell, not the name.
    init?(_ file: [UInt8]) {
        let size = file.starts(with: Self.pngSignature) ? Self.png(file) : Self.jpeg(file)
        guard let size, size.width > 0, size.height > 0 else { return nil }
        self = size
    }

    private init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Walks the chunks from IHDR to IEND (PNG §5).
    private static func png(_ file: [UInt8]) -> PhotoSize? {
        var at = 8
        var size: PhotoSize?
        while at + 12 <= file.count {
            let end = at + 12 + big(file, at, 4)
            guard end <= file.count else { return nil }
            switch file[at + 4..<at + 8] {
            case Array("IHDR".utf8)[...] where end - at >= 25:
                size = PhotoSize(width: big(file, at + 8, 4), height: big(file, at + 12, 4))
            case Array("IEND".utf8)[...]: return size
            default: break
            }
            at = end
        }
        return nil
    }

    /// Walks the segments up to the scan, and looks for the mark of the end after it (ITU T.81 §B.1).
    private static func jpeg(_ file: [UInt8]) -> PhotoSize? {
        guard file.starts(with: [0xFF, 0xD8]) else { return nil }
        var at = 2
        var size: PhotoSize?
        while at + 4 <= file.count, file[at] == 0xFF {
            let marker = file[at + 1]
            guard marker != 0xFF else {
                at += 1
                continue
            }
            let end = at + 2 + big(file, at + 2, 2)
            guard end <= file.count, end >= at + 4 else { return nil }
            if marker == 0xDA { return hasEnd(file, from: end) ? size : nil }
            // Every frame header but DHT, JPG and DAC, which lie among them.
            if 0xC0...0xCF ~= marker, ![0xC4, 0xC8, 0xCC].contains(marker), end - at >= 9 {
                size = PhotoSize(width: big(file, at + 7, 2), height: big(file, at + 5, 2))
            }
            at = end
        }
        return nil
    }

    /// Cameras write more after the end, so it need not be last.
    private static func hasEnd(_ file: [UInt8], from start: Int) -> Bool {
        var at = file.count - 2
        while at >= start {
            if file[at] == 0xFF, file[at + 1] == 0xD9 { return true }
            at -= 1
        }
        return false
    }

    private static func big(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int {
        bytes[at..<at + count].reduce(0) { $0 << 8 | Int($1) }
    }
}
