import CZlib
import JSON
import TestSupport
import Testing

@testable import Simulator

@Suite(.timeLimit(.minutes(5)))
struct PictureTests {
    static func picture(
        _ prompt: String = "Портрет в парке", seed: Int64 = 42, width: Int = 512, height: Int = 384,
        format: Picture.Format = .png, isFlagged: Bool = false
    ) -> Picture {
        Picture(
            prompt: prompt, endpoint: "fal-ai/flux-lora", seed: seed, width: width, height: height, number: 1,
            isFlagged: isFlagged, format: format)
    }

    static let sizes = [(1, 1), (17, 3), (64, 64), (100, 67), (512, 512), (577, 1023), (1024, 768), (2048, 2048)]

    @Test(arguments: sizes)
    func aPNGDecodesToTheCanvasItWasMadeOf(width: Int, height: Int) throws {
        let picture = Self.picture(width: width, height: height)
        let decoded = try PNGDecoder(picture.encoded())
        #expect(decoded.width == width && decoded.height == height)
        let canvas = picture.draw()
        var differences = 0
        for y in 0..<height {
            let start = y / canvas.dotSize * canvas.columns
            for x in 0..<width where decoded.pixels[y * width + x] != canvas.dots[start + x / canvas.dotSize] {
                differences += 1
            }
        }
        #expect(differences == 0)
    }

    @Test(arguments: sizes)
    func aJPEGHasTheSizeAndEveryBlock(width: Int, height: Int) throws {
        let bytes = Self.picture(width: width, height: height, format: .jpeg).encoded()
        let decoded = try JPEGDecoder(bytes)
        #expect(decoded.width == width && decoded.height == height)
        #expect(decoded.blocks == 3 * ((width + 7) / 8) * ((height + 7) / 8))
    }

    @Test func aJPEGHasTheCanvassColours() throws {
        let picture = Self.picture(width: 256, height: 256, format: .jpeg)
        let canvas = picture.draw()
        let decoded = try JPEGDecoder(picture.encoded())
        for (index, average) in decoded.luminance.enumerated() {
            let (column, row) = (index % 32, index / 32)
            var sum = 0.0
            for y in row * 8..<row * 8 + 8 {
                for x in column * 8..<column * 8 + 8 {
                    let colour = canvas.dots[y * canvas.columns + x]
                    sum +=
                        0.299 * Double(colour >> 16) + 0.587 * Double(colour >> 8 & 255)
                        + 0.114 * Double(colour & 255)
                }
            }
            #expect(abs(sum / 64 - average) < 2, "block \(column), \(row)")
        }
    }

    @Test(arguments: [Picture.Format.png, .jpeg])
    func equalDescriptionsGiveEqualBytesAndOthersDoNot(format: Picture.Format) {
        let bytes = Self.picture(format: format).encoded()
        #expect(Self.picture(format: format).encoded() == bytes)
        #expect(Self.picture(seed: 43, format: format).encoded() != bytes)
        #expect(Self.picture("Портрет в лесу", format: format).encoded() != bytes)
    }

    @Test func aFlaggedPictureIsBlackBehindItsWords() {
        let canvas = Self.picture(isFlagged: true).draw()
        let colours = Set(canvas.dots)
        #expect(colours.contains(0))
        #expect(colours.allSatisfy { $0 == 0xFFC83C || ($0 >> 16 == $0 & 255 && $0 >> 8 & 255 == $0 & 255) })
    }

    @Test(
        arguments: Array(
            "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяAZaz09!?«»—…№".unicodeScalars))
    func theFontHasEveryLetter(scalar: Unicode.Scalar) {
        #expect(BitmapFont.standard.glyph(scalar.value) != BitmapFont.standard.glyph(0x65E5))
        #expect(BitmapFont.standard.glyph(scalar.value).contains { $0 != 0 })
    }

    @Test func longTextIsWrappedAtWordsAndLongWordsAreBroken() {
        let lines = TextWrap.lines(Array("one two  three abcdefghijkl z".unicodeScalars), width: 7)
        let texts = lines.map { line in String(String.UnicodeScalarView(line)) }
        #expect(texts == ["one two", "three", "abcdefg", "hijkl z"])
    }

    @Test(arguments: [("16:9", 2752, 1536), ("1:1", 2048, 2048), ("9:16", 1536, 2720)])
    func anAspectRatioIsAboutFourMegapixels(ratio: String, width: Int, height: Int) {
        #expect(ImageSize(aspectRatio: ratio) == ImageSize(width: width, height: height))
    }

    @Test(arguments: ["jpeg", "png"])
    func aPictureIsServedInItsFormatAndSizeUnderItsURL(format: String) async throws {
        try await withSimulator { _, client in
            let path = try client.submit(
                #"{"prompt":"a","image_size":{"width":40,"height":24},"num_images":2,"output_format":"\#(format)"}"#)
            let images = try #require(try client.request("GET", path).json["images"]?.arrayValue)
            var files: [[UInt8]] = []
            for image in images {
                let url = try #require(image["url"]?.stringValue?.pathOfURL)
                let reply = try client.request("GET", url, authorization: nil)
                #expect(reply.status == 200)
                #expect(reply.header("content-type") == "image/\(format)")
                let isRight =
                    format == "png"
                    ? try PNGDecoder(reply.body).width == 40 : try JPEGDecoder(reply.body).height == 24
                #expect(isRight)
                files.append(reply.body)
            }
            #expect(files[0] != files[1])
            #expect(
                try client.request("GET", path.replacing("/fal-ai/flux-lora/requests", with: "/files/b") + "/3.png")
                    .status == 404)
        }
    }

    @Test func syncModePutsThePictureIntoTheResult() async throws {
        try await withSimulator { _, client in
            let json = try client.request(
                "POST", "/run/fal-ai/flux-lora",
                json: #"{"prompt":"nsfw","sync_mode":true,"image_size":{"width":9,"height":9}}"#
            ).json
            let url = try #require(json["images"]?.arrayValue?.first?["url"]?.stringValue)
            #expect(url.hasPrefix("data:image/jpeg;base64,/9j/"))
            #expect(json["has_nsfw_concepts"] == [true])
        }
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64FollowsItsRFC(text: String, expected: String) {
        #expect(Base64.encode(Array(text.utf8)) == expected)
    }
}
