import Testing

@testable import Webhooks

struct HexadecimalTests {
    @Test func digitsOfBothCasesAreRead() {
        #expect(Hexadecimal.bytes("00fFA0", count: 3) == [0, 255, 160])
    }

    @Test(arguments: ["", "0", "00fFA", "00fFA000", "00fFg0", "0x00ff", " 00ffa", "00ff+1", "٠٠٠"])
    func anythingElseIsRefused(text: String) {
        #expect(Hexadecimal.bytes(text, count: 3) == nil)
    }

    @Test func digitsAreWrittenInLowerCase() {
        var text: [UInt8] = []
        Hexadecimal.append([0, 171, 255], to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "00abff")
    }
}
