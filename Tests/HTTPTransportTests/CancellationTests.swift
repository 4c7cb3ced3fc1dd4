import EventLoop
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct CancellationTests {
    nonisolated init() {}

    private func outcome(_ task: Task<HTTPResponse, any Error>) async -> TransportError? {
        do {
            _ = try await task.value
            return nil
        } catch {
            return error as? TransportError
        }
    }

    @Test func `cancelling ends a transfer in the middle of its body`() async {
        let (begun, closed) = (Signal<Bool>(), Signal<Bool>())
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf.")
            begun.give(true)
            closed.give(connection.waitForClose())
        }
        let transport = CurlTransport()
        let task = LoopActor.spawn { try await transport.send(HTTPRequest(.get, server.url)) }
        _ = await begun.value
        task.cancel()
        let error = await outcome(task)
        #expect(error?.reason == .cancelled)
        #expect(error?.delivery == .possible)
        #expect(await closed.value)
    }

    @Test func `cancelling ends a transfer that waits its turn, and others keep theirs`() async throws {
        let (begun, release) = (Signal<Bool>(), Signal<Bool>())
        let server = RawServer { connection, _ in
            while let request = connection.request() {
                if request.line.contains("/first") {
                    begun.give(true)
                    let answered = Signal<Bool>()
                    Task {
                        _ = await release.value
                        connection.reply("first")
                        answered.give(true)
                    }
                } else {
                    connection.reply("other")
                }
            }
        }
        let transport = CurlTransport(settings: CurlSettings(maximumTransfers: 1))
        let first = LoopActor.spawn { try await transport.send(HTTPRequest(.get, server.url + "/first")) }
        _ = await begun.value
        let second = LoopActor.spawn { try await transport.send(HTTPRequest(.get, server.url + "/second")) }
        let third = LoopActor.spawn { try await transport.send(HTTPRequest(.get, server.url + "/third")) }
        // Both have taken their place in the queue when this task's turn comes again.
        await Task.yield()
        second.cancel()
        let error = await outcome(second)
        #expect(error?.reason == .cancelled)
        #expect(error?.delivery == .impossible)
        release.give(true)
        #expect(try await first.value.body == Array("first".utf8))
        #expect(try await third.value.body == Array("other".utf8))
        #expect(server.requests.count == 2)
    }

    @Test func `a task that is cancelled already sends nothing`() async {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply() } }
        let transport = CurlTransport()
        let go = Signal<Bool>()
        let task = LoopActor.spawn {
            _ = await go.value
            return try await transport.send(HTTPRequest(.get, server.url))
        }
        task.cancel()
        go.give(true)
        let error = await outcome(task)
        #expect(error?.reason == .cancelled)
        #expect(error?.delivery == .impossible)
        #expect(server.requests.isEmpty)
    }
}
