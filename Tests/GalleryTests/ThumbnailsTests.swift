import FalClient
import Foundation
import Testing

@testable import Gallery

@Suite(.enabled(if: Thumbnails.problem == nil, "no libgd is installed (Debian: apt install libgd3)"))
struct ThumbnailsTests {
    private static func header(_ bytes: [UInt8]) -> PictureHeader? {
        PictureHeader(size: bytes.count) { Array(bytes.dropFirst($0).prefix($1)) }
    }

    private static func bitmap(width: Int, height: Int, colour: UInt32) throws -> Bitmap {
        guard let bitmap = Bitmap(width: width, height: height, colour: colour) else { throw PictureError.tooLarge }
        return bitmap
    }

    @Test func `The longer side is 320 pixels, the proportion stays`() async throws {
        let folder = try GalleryFolder()
        let files = [
            try folder.file("wide.jpg", DrawnPicture.jpeg("wide", width: 1024, height: 576)),
            try folder.file("tall.png", DrawnPicture.png("tall", width: 300, height: 900)),
            try folder.file("small.png", DrawnPicture.png("small", width: 64, height: 40)),
        ]
        let made = try await Thumbnails.make(of: files).map { try Self.header($0.get()) }
        #expect(made.map { $0?.format } == [.webp, .webp, .webp])
        #expect(made.map { $0?.width } == [320, 107, 64])
        #expect(made.map { $0?.height } == [180, 320, 40])
    }

    @Test func `What is no picture is an error of its own, and harms no other`() async throws {
        let folder = try GalleryFolder()
        let cut = Array(DrawnPicture.png("cut").prefix(60))
        // A header that claims 60,000 x 60,000 pixels.
        var bomb = DrawnPicture.png("bomb")
        bomb.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
        let files = [
            try folder.file("text.jpg", Array("no picture".utf8)), try folder.file("cut.png", cut),
            folder.path + "/missing",
            folder.path, try folder.file("bomb.png", bomb), try folder.file("empty", []),
            try folder.file("good.jpg", DrawnPicture.jpeg("good")),
        ]
        let problems = await Thumbnails.make(of: files).map { result -> PictureError? in
            if case .failure(let error) = result { error } else { nil }
        }
        #expect(
            problems == [
                .unknownFormat, .damaged(.png), .unreadable("No such file or directory"), .unreadable("not a file"),
                .tooLarge,
                .unknownFormat, nil,
            ])
    }

    @Test func `A pixel of the thumbnail is the mean of those it stands for`() throws {
        let large = try Self.bitmap(width: 640, height: 640, colour: 0xFF0000)
        large.fill(x: 320, y: 0, width: 320, height: 640, colour: 0x0000FF)
        let small = try Self.bitmap(width: 2, height: 1, colour: 0)
        small.draw(large, x: 0, y: 0, width: 2, height: 1)
        let one = try Self.bitmap(width: 1, height: 1, colour: 0)
        one.draw(large, x: 0, y: 0, width: 1, height: 1)
        // A PNG keeps colours as they are: the two files differ from those of plain colours in nothing.
        let expected = try Self.bitmap(width: 2, height: 1, colour: 0xFF0000)
        expected.fill(x: 1, y: 0, width: 1, height: 1, colour: 0x0000FF)
        #expect(small.encoded(.png, quality: 0) == expected.encoded(.png, quality: 0))
        let mean = try Self.bitmap(width: 1, height: 1, colour: 0x7F007F)
        #expect(one.encoded(.png, quality: 0) == mean.encoded(.png, quality: 0))
    }
}
