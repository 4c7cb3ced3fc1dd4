import EventLoop
import HTTPTransport
import JSON

/// One open status stream of a job (facts: status stream §1.5); counted against the client's limit while it is open.
@LoopActor
final class StatusStream {
    enum Failure: Error {
        /// The connection failed: worth another try.
        case broken
        /// The server has no such stream, or too many are open.
        case refused
        /// No other way of asking will do better.
        case error(FalError)
    }

    private let stream: any HTTPResponseStream
    private var parser: ServerSentEventParser
    private var events: [ServerSentEvent] = []
    /// nil once the stream is over.
    private var place: StatusStreamLimit.Place?

    /// How long the end of a stream may take after its last event, so that the connection can be used again.
    private static let endGrace = Duration.milliseconds(500)

    init(
        client: FalClient, request: QueueRequest, logs: Bool, deadline: ContinuousClock.Instant?
    ) async throws(Failure) {
        guard let place = client.statusStreams.take() else { throw .refused }
        self.place = place
        parser = ServerSentEventParser(maximumEventSize: client.settings.maximumEventSize)
        stream = try await Self.open(client, request, logs, deadline)
    }

    /// The next status; nil when the stream has ended or broken, or says what cannot be understood.
    func next() async -> QueueStatus? {
        while place != nil {
            if !events.isEmpty {
                let event = events.removeFirst()
                return (try? JSONValue(parsing: event.data)).flatMap(QueueStatus.init)
            }
            guard let chunk = try? await stream.next(), let new = try? parser.append(chunk) else { return nil }
            events = new
        }
        return nil
    }

    /// Ends the transfer now.
    func close() {
        place = nil
        stream.cancel()
    }

    /// Lets the body come to its end, which follows the last event at once, so that its connection stays usable.
    func finish() {
        place = nil
        stream.finish(within: Self.endGrace)
    }

    private static func open(
        _ client: FalClient, _ queueRequest: QueueRequest, _ logs: Bool, _ deadline: ContinuousClock.Instant?
    ) async throws(Failure) -> any HTTPResponseStream {
        let stream: any HTTPResponseStream
        do {
            stream = try await client.transport.stream(request(client, queueRequest, logs, deadline))
        } catch let error as FalError {
            throw .error(error)
        } catch {
            throw .broken
        }
        if (200..<300).contains(stream.head.status), stream.head.isEventStream { return stream }
        stream.cancel()
        // The rest is left to polling, whose answer is the definite one: it knows the errors and when to try again.
        throw .refused
    }

    private static func request(
        _ client: FalClient, _ request: QueueRequest, _ logs: Bool, _ deadline: ContinuousClock.Instant?
    ) throws(FalError) -> HTTPRequest {
        var result = try client.apiRequest(
            .get, request.statusURL(stream: true, logs: logs), accept: "text/event-stream")
        result.deadlines.idle = client.settings.streamIdle
        result.deadlines.total = deadline.map { max($0 - .now, .milliseconds(1)) }
        result.maximumResponseSize = .max
        return result
    }
}

extension HTTPResponseHead {
    var isEventStream: Bool {
        headers["content-type"]?.lowercased().hasPrefix("text/event-stream") == true
    }
}
