import Testing

@testable import Store

/// Receipts in PNGs.
struct PNGTextTests {
    /// A PNG of one grey point, made by hand (W3C "Portable Network Graphics").
    private static let point: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        + [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55]
        + [0, 0, 0, 10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xCD, 0x72, 0xB6]
        + [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

    @Test func checkSumsAreTheStandards() {
        #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.checksum("IEND".utf8) == 0xAE42_6082)
        #expect(CRC32.checksum([]) == 0)
    }

    @Test func aTextComesBackAndThePixelsStay() throws {
        let text = Array("{\"prompt\": \"ТОК 😀\"}".utf8)
        let file = try #require(PNGText(Self.point)).with(text)
        let read = try #require(PNGText(file))
        #expect(read.text == text)
        // Header first, then the text, then what was there.
        #expect(file.starts(with: Self.point[..<33]))
        #expect(file.suffix(Self.point.count - 33).elementsEqual(Self.point[33...]))
        #expect(file[37..<41].elementsEqual("iTXt".utf8))
        let length = file[33..<37].reduce(0) { $0 << 8 | Int($1) }
        let sum = file[41 + length..<45 + length].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        #expect(CRC32.checksum(file[37..<41 + length]) == sum)
        #expect(length == 12 + text.count)
    }

    @Test func aSecondTextTakesTheFirstOnesPlace() throws {
        let once = try #require(PNGText(Self.point)).with(Array("once".utf8))
        let twice = try #require(PNGText(once)).with(Array("again".utf8))
        #expect(PNGText(twice)?.text == Array("again".utf8))
        #expect(twice.count == once.count + 1)
    }

    @Test func aPNGWithoutATextHasNone() throws {
        #expect(try #require(PNGText(Self.point)).text == nil)
    }

    @Test func aDamagedTextIsNone() throws {
        var file = try #require(PNGText(Self.point)).with(Array("once".utf8))
        file[60] ^= 1
        #expect(PNGText(file)?.text == nil)
    }

    @Test(arguments: [0, 7, 8, 20, 33, 45, 56, 66])
    func aFileThatBreaksOffIsNoPNG(length: Int) {
        #expect(PNGText(Array(Self.point.prefix(length))) == nil)
    }

    @Test func whatStandsBehindTheEndStays() throws {
        let file = try #require(PNGText(Self.point + [1, 2, 3])).with([])
        #expect(file.suffix(3) == [1, 2, 3])
    }

    @Test func aLengthBeyondTheFileIsNoPNG() {
        var file = Self.point
        file[33] = 0xFF
        #expect(PNGText(file) == nil)
    }
}
