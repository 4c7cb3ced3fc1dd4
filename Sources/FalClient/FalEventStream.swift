package import EventLoop
import HTTPTransport
package import JSON

/// The events of a model that streams; dropping it ends the request.
@LoopActor
package final class FalEventStream {
    /// From the response's head, where fal named one.
    package let requestID: String?
    private let stream: any HTTPResponseStream
    private let call: FalCall
    private let isEventStream: Bool
    private let maximumBodySize: Int
    private var parser: ServerSentEventParser
    private var events: [ServerSentEvent] = []
    private var isFinished = false

    init(_ stream: any HTTPResponseStream, _ call: FalCall, _ settings: FalClientSettings) {
        self.stream = stream
        self.call = call
        requestID = stream.head.headers["x-fal-request-id"]
        isEventStream = stream.head.isEventStream
        maximumBodySize = settings.maximumResponseSize
        parser = ServerSentEventParser(maximumEventSize: settings.maximumEventSize)
    }

    /// The next event, nil after the last; an answer that is no event stream is one event.
    package func next() async throws(FalError) -> JSONValue? {
        guard isEventStream else { return try await wholeBody() }
        while events.isEmpty {
            guard !isFinished else { return nil }
            guard let chunk = try await chunk() else {
                isFinished = true
                guard !parser.isInsideEvent else {
                    throw call.error(.malformedResponse, "the stream ended in the middle of an event")
                }
                return nil
            }
            events = try parser.append(chunk)
        }
        return try parse(events.removeFirst().data)
    }

    /// Ends the request; `next()` gives nil from then on.
    package func cancel() {
        isFinished = true
        events = []
        stream.cancel()
    }

    private func wholeBody() async throws(FalError) -> JSONValue? {
        guard !isFinished else { return nil }
        isFinished = true
        var body: [UInt8] = []
        while let chunk = try await chunk() {
            body.append(contentsOf: chunk)
            guard body.count <= maximumBodySize else {
                throw call.error(.malformedResponse, "fal's answer is larger than \(maximumBodySize) bytes")
            }
        }
        return try parse(body)
    }

    private func chunk() async throws(FalError) -> [UInt8]? {
        do throws(TransportError) {
            return try await stream.next()
        } catch {
            throw FalError(error, endpoint: call.endpoint, requestID: requestID)
        }
    }

    private func parse(_ bytes: [UInt8]) throws(FalError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw FalError(
                .malformedResponse, "an event of the stream cannot be used: \(error)", requestID: requestID,
                endpoint: call.endpoint?.description)
        }
    }
}
