import FalClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ServerSentEventParserTests {
    private static let body =
        "\u{FEFF}: ping\n\ndata: {\"status\":\"IN_QUEUE\"}\n\r\ndata: б😀\r\ndata:two\r\ndata\r\n\r\nevent: end\rdata: x\r\r"
        + "id: 7\nretry: 5\n\n:\n\ndata\n\nevent: lost\n\ndata: cut"

    private static let expected = [
        ("message", "{\"status\":\"IN_QUEUE\"}"), ("message", "б😀\ntwo\n"), ("end", "x"), ("message", ""),
    ]

    @Test(arguments: 1...40) func `chunks may end anywhere`(size: Int) throws {
        let bytes = Array(Self.body.utf8)
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try parser.append(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(events.map(\.name) == Self.expected.map(\.0))
        #expect(events.map { String(decoding: $0.data, as: UTF8.self) } == Self.expected.map(\.1))
    }

    @Test func `an event beyond the limit is refused`() throws {
        var line = ServerSentEventParser(maximumEventSize: 100)
        #expect(throws: FalError.self) { try line.append(Array("data: \(String(repeating: "x", count: 200))".utf8)) }
        var lines = ServerSentEventParser(maximumEventSize: 100)
        #expect(throws: FalError.self) {
            for _ in 0..<100 { _ = try lines.append(Array("data: 0123456789\n".utf8)) }
        }
        var many = ServerSentEventParser(maximumEventSize: 100)
        for _ in 0..<100 { #expect(try many.append(Array("data: 0123456789\n\n".utf8)).count == 1) }
    }
}
