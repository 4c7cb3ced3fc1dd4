import FalClient
import Testing

struct PictureHeaderTests {
    private func header(_ bytes: [UInt8]) -> PictureHeader? {
        PictureHeader(size: bytes.count) { Array(bytes.dropFirst($0).prefix($1)) }
    }

    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 3, 0, 0, 0, 4, 1]
        + [8, 2, 0, 0, 0] + [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    /// With a comment that looks like an end, before the frame header.
    private static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xFE, 0, 6, 0xFF, 0xD9, 0xFF, 0xD9, 0xFF, 0xFF, 0xC2, 0, 17, 8, 4, 1, 3, 0]
        + [UInt8](repeating: 0, count: 12) + [0xFF, 0xDA, 0, 2] + [UInt8](repeating: 7, count: 4000) + [0xFF, 0xD9]
    private static let gif: [UInt8] = Array("GIF89a".utf8) + [0x00, 0x03, 0x01, 0x04, 0, 0, 0, 0x3B]

    private static func webp(_ chunk: [UInt8]) -> [UInt8] {
        Array("RIFF".utf8) + [UInt8(chunk.count + 4), 0, 0, 0] + Array("WEBP".utf8) + chunk
    }

    @Test func `format and size are read`() {
        #expect(header(Self.png).map { [$0.width, $0.height] } == [768, 1025])
        #expect(header(Self.jpeg).map { [$0.width, $0.height] } == [768, 1025])
        #expect(header(Self.gif).map { [$0.width, $0.height] } == [768, 1025])
        let lossy = Array("VP8 ".utf8) + [10, 0, 0, 0, 0, 0, 0, 0x9D, 0x01, 0x2A, 0x00, 0x03, 0x01, 0x04]
        let lossless = Array("VP8L".utf8) + [5, 0, 0, 0, 0x2F, 0xFF, 0x02, 0x00, 0x01]
        let extended = Array("VP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0x02, 0, 0x00, 0x04, 0]
        #expect(header(Self.webp(lossy)).map { [$0.width, $0.height] } == [768, 1025])
        #expect(header(Self.webp(lossless)).map { [$0.width, $0.height] } == [768, 1025])
        #expect(header(Self.webp(extended)).map { [$0.width, $0.height] } == [768, 1025])
        #expect(
            [Self.png, Self.jpeg, Self.gif, Self.webp(lossy)].map { header($0)?.format } == [.png, .jpeg, .gif, .webp])
        #expect([Self.png, Self.jpeg, Self.gif, Self.webp(lossy)].allSatisfy { header($0)?.isWhole == true })
    }

    @Test func `half a picture is not whole`() {
        for picture in [Self.png, Self.jpeg, Self.gif, Self.webp(Array("VP8 ".utf8) + [1, 2, 3, 4, 5, 6])] {
            let half = Array(picture.prefix(max(13, picture.count / 2)))
            #expect(header(half)?.isWhole == false)
        }
    }

    @Test(arguments: ["", "<html>", "GIF", "RIFF____WAVE", "\u{89}PNG"]) func `anything else is no picture`(
        text: String
    ) {
        #expect(header(Array(text.utf8)) == nil)
    }

    @Test func `a JPEG whose segments lead nowhere ends`() {
        #expect(header([0xFF, 0xD8, 0xFF] + [UInt8](repeating: 0, count: 100))?.width == nil)
        #expect(header([0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 100_000))?.width == nil)
    }
}
