import FalClient
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DataURITests {
    @Test(
        arguments: [
            ("data:image/png;base64,iVBORw==", "image/png", [0x89, 0x50, 0x4E, 0x47]),
            ("data:,a%20b", "text/plain", [0x61, 0x20, 0x62]),
            ("data:text/plain;charset=utf-8,%D1%8F", "text/plain;charset=utf-8", [0xD1, 0x8F]),
            ("DATA:;BASE64,QQ", "text/plain", [0x41]),
            ("data:x/y;base64,QUI%3D", "x/y", [0x41, 0x42]), ("data:x/y;base64,", "x/y", []),
            ("data:x/y;base64,QU JD\n", "x/y", [0x41, 0x42, 0x43]),
        ] as [(String, String, [UInt8])]) func `content is decoded`(text: String, type: String, bytes: [UInt8]) throws
    {
        let uri = try DataURI(text)
        #expect(uri.contentType == type)
        #expect(uri.bytes == bytes)
    }

    @Test(arguments: [
        "data:image/png;base64", "http://x", "data:x;base64,QQ=A", "data:x;base64,Q", "data:x;base64,Q!==", "data:x,%4",
        "data:x,%zz",
        "data:x;base64,QR==", "data:x;base64,QQ===", "data:x;base64,QUJD=",
    ]) func `what is no data URI is refused`(text: String) {
        #expect { try DataURI(text) } throws: { ($0 as? FalError)?.code == .malformedResponse }
    }

    @Test func `random bytes survive base64`() throws {
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
            #expect(try DataURI("data:a/b;base64," + Data(bytes).base64EncodedString()).bytes == bytes)
        }
    }
}
