import Testing

@testable import Simulator

struct WebhookTargetTests {
    /// URL, host, port, and path.
    static let good: [(String, String, Int, String)] = [
        ("http://127.0.0.1:8080/hook?a=1&b=2", "127.0.0.1", 8080, "/hook?a=1&b=2"),
        ("http://localhost", "localhost", 80, "/"), ("http://127.9.8.7?x", "127.9.8.7", 80, "/?x"),
        ("http://[::1]:99/a#part", "::1", 99, "/a"), ("http://[::1]/", "::1", 80, "/"),
    ]

    @Test(arguments: good)
    func thisMachineIsATarget(url: String, host: String, port: Int, path: String) throws {
        let target = try WebhookTarget(url)
        #expect(target.host == host)
        #expect(target.port == port)
        #expect(target.path == path)
    }

    @Test(arguments: [
        "", "http://", "https://127.0.0.1/", "http://example.com/", "http://127.0.0.1.example.com/", "http://127.1/",
        "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://127.0.0.1:/", "http://user@example.com/",
        "http://127.0.0.1@example.com/", "http://[::1/", "http://[::2]/", "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nx: y", "http://localhost.example.com/", "http://0x7f000001/", "http://127.0.0.1:80x/",
    ])
    func anythingElseIsNot(url: String) {
        #expect(throws: WebhookTarget.Refusal.self) { try WebhookTarget(url) }
    }
}
