internal import EventLoop

/// The bytes of a streamed body between libcurl, which brings them, and the task that reads them.
@LoopActor
final class ResponseBuffer {
    typealias Item = Result<[UInt8]?, TransportError>

    private enum State {
        case flowing
        /// A task waits for bytes; none are there.
        case awaited(CheckedContinuation<Item, Never>)
        case ended(TransportError?)
    }
    private var state = State.flowing
    private var bytes: [UInt8] = []

    /// Waiting bytes above which the transfer pauses.
    private static let limit = 256 << 10

    nonisolated init() {}

    var isFull: Bool { bytes.count > Self.limit }

    func append(_ more: UnsafeRawBufferPointer) {
        if case .awaited(let continuation) = state {
            state = .flowing
            continuation.resume(returning: .success([UInt8](more)))
        } else if case .flowing = state {
            bytes.append(contentsOf: more)
        }
    }

    /// No more bytes come; those that wait can still be read.
    func end(_ error: TransportError?) {
        switch state {
        case .flowing: state = .ended(error)
        case .awaited(let continuation):
            state = .ended(error)
            continuation.resume(returning: error.map { .failure($0) } ?? .success(nil))
        case .ended: break
        }
    }

    /// Drops what waits and what still comes; reading gives the end from now on.
    func cancel() {
        bytes = []
        end(nil)
        state = .ended(nil)
    }

    /// What is there already: bytes, the end or the error; nil when the reader must wait.
    func take() -> Item? {
        if !bytes.isEmpty {
            defer { bytes = [] }
            return .success(bytes)
        }
        if case .ended(let error) = state { return error.map { .failure($0) } ?? .success(nil) }
        return nil
    }

    /// Hands the next item to `continuation`; a second reader at the same time is refused.
    func wait(_ continuation: CheckedContinuation<Item, Never>) {
        if let item = take() { return continuation.resume(returning: item) }
        if case .awaited = state {
            let error = TransportError(
                .other, delivery: .possible, message: "two tasks read the same response stream at once")
            return continuation.resume(returning: .failure(error))
        }
        state = .awaited(continuation)
    }
}
