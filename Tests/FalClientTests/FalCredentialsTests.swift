import HTTPTransport
import Testing

@testable import FalClient

@Suite(.timeLimit(.minutes(5)))
struct FalCredentialsTests {
    private static let key = "0badcafe-1111-2222-3333-444455556666:5ecretpart0123456789"

    @Test func `a key prints as a mask of its id`() throws {
        let key = try FalCredentials(" \(Self.key)\n")
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), String(describing: Optional(key)), dumped, "\([key])"] {
            #expect(!text.contains("5ecret"))
            #expect(!text.contains("1111-2222"))
            #expect(text.contains("0bad…:********"))
        }
        #expect(try FalCredentials("short:5ecret").description == "…:********")
    }

    @Test func `the Authorization field has the whole key`() throws {
        var headers = HTTPHeaders()
        try FalCredentials(Self.key).authorize(&headers)
        #expect(headers["authorization"] == "Key \(Self.key)")
    }

    @Test(arguments: [
        "", "  ", "nocolonhere", ":secretvalue", "idvalue:", "id:sec ret", "id:secret\r\nX: y", "id:секрет",
    ])
    func `what cannot be a key is refused without being repeated`(text: String) {
        #expect {
            try FalCredentials(text)
        } throws: {
            guard let error = $0 as? FalError else { return false }
            return error.code == .missingAPIKey && (text.count < 3 || !error.message.contains(text))
        }
    }

    @Test func `keys of this process are masked in any text`() throws {
        _ = try FalCredentials("redact-id-1:abcdef0123456789")
        _ = try FalCredentials("redact-id-2:xyz")
        #expect(
            FalCredentials.redact("Key redact-id-1:abcdef0123456789, abcdef0123456789\u{301} and redact-id-2:xyz xyz")
                == "Key reda…:********, ********\u{301} and reda…:******** xyz")
        #expect(FalCredentials.redact("nothing here") == "nothing here")
    }
}
