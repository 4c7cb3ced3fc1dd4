import EventLoop
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct StreamTests {
    nonisolated init() {}

    private nonisolated static let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private func rest(of stream: any HTTPResponseStream) async throws(TransportError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let more = try await stream.next() { bytes += more }
        return bytes
    }

    @Test func `the head comes first, and each piece as it is sent`() async throws {
        let (mayBegin, mayGoOn) = (Signal<Bool>(), Signal<Bool>())
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send(Self.head)
            Task {
                _ = await mayBegin.value
                _ = connection.chunk(Array("one".utf8))
                _ = await mayGoOn.value
                _ = connection.chunk(Array("two".utf8))
                connection.send("0\r\n\r\n")
            }
            _ = connection.waitForClose()
        }
        let transport = CurlTransport()
        let stream = try await transport.stream(HTTPRequest(.get, server.url))
        #expect(stream.head.status == 200 && stream.head.headers["content-type"] == "text/event-stream")
        mayBegin.give(true)
        #expect(try await stream.next() == Array("one".utf8))
        mayGoOn.give(true)
        #expect(try await stream.next() == Array("two".utf8))
        #expect(try await stream.next() == nil)
        #expect(try await stream.next() == nil)
    }

    @Test func `a reader that is slow holds the sender, and loses nothing`() async throws {
        let size = 64 << 20
        let stalled = Signal<Int>()
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let bytes = [UInt8](repeating: 7, count: size)
            connection.setTimeout(SO_SNDTIMEO, seconds: 1)
            let sent = connection.send(bytes)
            stalled.give(sent)
            connection.setTimeout(SO_SNDTIMEO, seconds: 20)
            connection.send(Array(bytes[sent...]))
        }
        let transport = CurlTransport()
        let stream = try await transport.stream(HTTPRequest(.get, server.url, maximumResponseSize: size))
        #expect(await stalled.value < size / 2)
        #expect(try await rest(of: stream).count == size)
    }

    @Test func `what came before a broken connection is read before the error`() async throws {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send(Self.head)
            _ = connection.chunk(Array("one".utf8))
        }
        let transport = CurlTransport()
        let stream = try await transport.stream(HTTPRequest(.get, server.url))
        #expect(try await stream.next() == Array("one".utf8))
        let error = await failure { () throws(TransportError) in _ = try await stream.next() }
        #expect(error?.reason == .connectionLost)
    }

    @Test func `silence in a stream is the idle deadline's`() async throws {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send(Self.head)
            _ = connection.waitForClose()
        }
        let transport = CurlTransport()
        let stream = try await transport.stream(
            HTTPRequest(.get, server.url, deadlines: .init(idle: .milliseconds(300), total: nil)))
        let error = await failure { () throws(TransportError) in _ = try await stream.next() }
        #expect(error?.reason == .timeout(.idle))
    }

    @Test func `a stream without a head is an error`() async {
        let server = RawServer { connection, _ in _ = connection.request() }
        let transport = CurlTransport()
        let error = await failure { () throws(TransportError) in
            _ = try await transport.stream(HTTPRequest(.get, server.url))
        }
        #expect(error?.reason == .connectionLost)
    }

    @Test func `cancelling and dropping a stream close its connection`() async throws {
        for drops in [false, true] {
            let closed = Signal<Bool>()
            let server = RawServer { connection, _ in
                _ = connection.request()
                connection.send(Self.head)
                closed.give(connection.waitForClose())
            }
            let transport = CurlTransport()
            var stream: (any HTTPResponseStream)? = try await transport.stream(HTTPRequest(.get, server.url))
            if !drops {
                stream?.cancel()
                #expect(try await stream?.next() == nil)
            }
            #expect(stream != nil)
            if drops { stream = nil }
            #expect(await closed.value)
        }
    }

    @Test func `cancelling the reader ends the stream`() async throws {
        let closed = Signal<Bool>()
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send(Self.head)
            _ = connection.chunk(Array("one".utf8))
            closed.give(connection.waitForClose())
        }
        let transport = CurlTransport()
        let read = Signal<Bool>()
        let reader = LoopActor.spawn {
            let stream = try await transport.stream(HTTPRequest(.get, server.url))
            _ = try await stream.next()
            read.give(true)
            _ = try await stream.next()
        }
        _ = await read.value
        reader.cancel()
        await #expect { try await reader.value } throws: { ($0 as? TransportError)?.reason == .cancelled }
        #expect(await closed.value)
    }

    @Test func `open streams take no place from requests`() async throws {
        let server = RawServer { connection, _ in
            while let request = connection.request() {
                if request.line.contains("/stream") {
                    connection.send(Self.head)
                } else {
                    connection.reply("ok")
                }
            }
        }
        let transport = CurlTransport(settings: CurlSettings(maximumTransfers: 1))
        var streams: [any HTTPResponseStream] = []
        for _ in 0..<5 { streams.append(try await transport.stream(HTTPRequest(.get, server.url + "/stream"))) }
        #expect(try await transport.send(HTTPRequest(.get, server.url)).status == 200)
        for stream in streams { stream.cancel() }
    }
}
