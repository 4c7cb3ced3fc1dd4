import CGD
package import FalClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A picture in memory, drawn and read by libgd.
///
/// Its being noncopyable is what frees it once.
struct Bitmap: ~Copyable {
    /// Why libgd cannot be loaded; nil when it is there.
    static let libraryProblem: String? = cgd_load().map { String(cString: $0) }

    private let picture: OpaquePointer

    /// Larger ones are not read: a file of some kilobytes can claim to have more pixels than there is memory.
    private static let mostPixels = 100_000_000

    /// The picture in a file's bytes.
    init(_ bytes: [UInt8]) throws(PictureError) {
        let header = PictureHeader(size: bytes.count) { offset, count in
            Array(bytes.dropFirst(max(0, offset)).prefix(count))
        }
        guard let header else { throw .unknownFormat }
        let (pixels, overflow) = (header.width ?? 1).multipliedReportingOverflow(by: header.height ?? 1)
        guard !overflow, pixels <= Self.mostPixels else { throw .tooLarge }
        guard let picture = cgd_read(header.format.code, bytes, bytes.count) else { throw .damaged(header.format) }
        self.picture = picture
    }

    /// All of one colour, 0xRRGGBB; nil without memory for it.
    init?(width: Int, height: Int, colour: UInt32) {
        guard let picture = cgd_new(Int32(width), Int32(height), colour) else { return nil }
        self.picture = picture
    }

    deinit {
        cgd_end(picture)
    }

    var width: Int { Int(cgd_width(picture)) }
    var height: Int { Int(cgd_height(picture)) }

    /// Draws another picture into a rectangle of this one.
    func draw(_ other: borrowing Bitmap, x: Int, y: Int, width: Int, height: Int) {
        cgd_draw(picture, other.picture, Int32(x), Int32(y), Int32(width), Int32(height))
    }

    func fill(x: Int, y: Int, width: Int, height: Int, colour: UInt32) {
        cgd_fill(picture, Int32(x), Int32(y), Int32(width), Int32(height), colour)
    }

    /// Of one pixel, from 0 to 255,000 (ITU-R BT.601).
    func brightness(_ x: Int, _ y: Int) -> Int {
        let colour = Int(cgd_pixel(picture, Int32(x), Int32(y)))
        return 299 * (colour >> 16 & 255) + 587 * (colour >> 8 & 255) + 114 * (colour & 255)
    }

    /// Writes a line; false where the system has no font. Not for two threads at a time.
    func write(_ text: String, points: Double, x: Int, y: Int, colour: UInt32) -> Bool {
        cgd_write(picture, text, points, Int32(x), Int32(y), colour)
    }

    /// The width of a line in pixels; nil where the system has no font.
    static func width(of text: String, points: Double) -> Int? {
        let width = cgd_text_width(text, points)
        return width < 0 ? nil : Int(width)
    }

    /// The picture as a file's bytes; nil without memory for it.
    func encoded(_ format: PictureFormat, quality: Int) -> [UInt8]? {
        var count = 0
        guard let bytes = cgd_encode(picture, format.code, Int32(quality), &count) else { return nil }
        defer { cgd_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}

/// Why a picture cannot be shown.
package enum PictureError: Error, Sendable, Equatable {
    /// libgd is missing; with what the system says of it.
    case noLibrary(String)
    /// The file cannot be read.
    case unreadable(String)
    /// The file is no JPEG, PNG, WebP or GIF.
    case unknownFormat
    case damaged(PictureFormat)
    case tooLarge
}

extension PictureError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noLibrary(let reason):
            "scaling pictures needs libgd (Debian: apt install libgd3; macOS: brew install gd): \(reason)"
        case .unreadable(let reason): reason
        case .unknownFormat: "neither a JPEG nor a PNG nor a WebP nor a GIF file"
        case .damaged(let format): "a damaged \(format.rawValue) file"
        case .tooLarge: "too large: more than 100 megapixels"
        }
    }
}

extension PictureFormat {
    fileprivate var code: cgd_format {
        switch self {
        case .jpeg: cgd_jpeg
        case .png: cgd_png
        case .webp: cgd_webp
        case .gif: cgd_gif
        }
    }
}
