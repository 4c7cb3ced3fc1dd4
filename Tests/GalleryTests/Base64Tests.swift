import Testing

@testable import Gallery

struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{FF}\u{FE}>?", "w7/Dvj4/"),
    ])
    func `Bytes become the text of RFC 4648`(bytes: String, text: String) {
        var result: [UInt8] = []
        Base64.append(Array(bytes.utf8), to: &result)
        #expect(String(decoding: result, as: UTF8.self) == text)
    }
}
