package import EventLoop
import HTTPTransport
import JSON

/// The changes of a job's status as they come: by the status stream, or by polling where the stream is refused, breaks
/// twice, or too many are open. It ends after `completed`.
@LoopActor
package final class QueueEvents {
    private enum State {
        case starting(breaks: Int)
        case streaming(StatusStream, breaks: Int)
        case polling(wait: Bool)
        case finished
    }

    private let client: FalClient
    private let request: QueueRequest
    private let wantsLogs: Bool
    private let deadline: ContinuousClock.Instant?
    private var state = State.starting(breaks: 0)
    private var schedule: PollSchedule
    private var logs = LogTracker()
    private var latest: QueueStatus.State?
    /// fal has said that the job is done: the next thing is to ask.
    private var isWoken = false
    /// Ends what it waits for; nil where that is the stream's next event.
    private var interrupt: (@LoopActor () -> Void)?

    init(client: FalClient, request: QueueRequest, logs: Bool, deadline: ContinuousClock.Instant?) {
        self.client = client
        self.request = request.trusted(by: client.hosts)
        wantsLogs = logs
        self.deadline = deadline
        schedule = client.settings.polling
    }

    /// The next change; nil after `completed` was given. Fails with `timeout` when the deadline passes, `cancelled`
    /// when the task is; both leave the job alone.
    package func next() async throws(FalError) -> QueueStatus? {
        client.notices?.enter(self, request.requestID)
        defer { client.notices?.leave(self, request.requestID) }
        while true {
            switch state {
            case .finished: return nil
            case .starting(let breaks): try await start(breaks)
            case .streaming(let stream, let breaks):
                if let status = try await read(stream, breaks) { return status }
            case .polling(let wait):
                if let status = try await poll(wait: wait) { return status }
            }
        }
    }

    /// Goes on after `completed`, because the result turned out not to be there yet; the intervals grow on.
    func reopen() {
        state = .polling(wait: true)
    }

    /// Ends the wait for the next event or look: fal has said that the job is done.
    func wake() {
        isWoken = true
        if case .streaming(let stream, _) = state { stream.close() }
        interrupt?()
    }

    // MARK: Stream

    private func start(_ breaks: Int) async throws(FalError) {
        guard breaks < 2, !isWoken else {
            return state = .polling(wait: false)
        }
        do throws(StatusStream.Failure) {
            state = .streaming(try await openStream(), breaks: breaks)
        } catch {
            switch error {
            case _ where isWoken: state = .polling(wait: false)
            case .broken: state = .starting(breaks: breaks + 1)
            case .refused: state = .polling(wait: false)
            case .error(let error): throw error
            }
            try checkEnd()
        }
    }

    private func openStream() async throws(StatusStream.Failure) -> StatusStream {
        let (client, request, logs, deadline) = (client, request, wantsLogs, deadline)
        guard client.notices != nil else {
            return try await StatusStream(client: client, request: request, logs: logs, deadline: deadline)
        }
        do {
            return try await interruptible {
                try await StatusStream(client: client, request: request, logs: logs, deadline: deadline)
            }
        } catch {
            throw error as? StatusStream.Failure ?? .broken
        }
    }

    private func read(_ stream: StatusStream, _ breaks: Int) async throws(FalError) -> QueueStatus? {
        guard let status = await stream.next() else {
            stream.close()
            // It was closed to ask at once, or it broke.
            state = isWoken ? .polling(wait: false) : .starting(breaks: breaks + 1)
            try checkEnd()
            return nil
        }
        if status.isCompleted {
            stream.finish()
            state = .finished
        }
        latest = status.state
        return QueueStatus(status.state, logs: logs.new(inEvent: status.logs))
    }

    // MARK: Polling

    private func poll(wait: Bool) async throws(FalError) -> QueueStatus? {
        if wait, !isWoken { try await pause(schedule.next()) }
        isWoken = false
        let status = try await client.status(of: request, logs: wantsLogs, deadline: deadline)
        let lines = logs.new(inAll: status.logs)
        let isNew = status.state != latest || !lines.isEmpty
        latest = status.state
        state = status.isCompleted ? .finished : .polling(wait: true)
        return isNew || status.isCompleted ? QueueStatus(status.state, logs: lines) : nil
    }

    private func pause(_ interval: Duration) async throws(FalError) {
        let left = deadline.map { max($0 - .now, .zero) } ?? interval
        let nap = min(interval, left)
        // Cut short by its task's end, of which `checkEnd` tells, or by a notice.
        if client.notices == nil {
            try? await LoopActor.sleep(for: nap)
        } else {
            try? await interruptible { try await LoopActor.sleep(for: nap) }
        }
        try checkEnd()
    }

    /// Does something in a task of its own, which `wake` ends, too.
    private func interruptible<Value: Sendable>(
        _ body: @escaping @LoopActor () async throws -> Value
    ) async throws -> Value {
        let task = LoopActor.spawn(body)
        interrupt = { task.cancel() }
        defer { interrupt = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func checkEnd() throws(FalError) {
        if Task.isCancelled { throw cancelled }
        if let deadline, deadline <= .now {
            throw FalError(.timeout, "the job was not done in time").of(request)
        }
    }

    private var cancelled: FalError { FalError(.cancelled, "cancelled").of(request) }
}

extension FalClient {
    /// The changes of a job's status, with new log lines where `logs` asks for them.
    package func events(
        of request: QueueRequest, logs: Bool = false, deadline: ContinuousClock.Instant? = nil
    ) -> QueueEvents {
        QueueEvents(client: self, request: request, logs: logs, deadline: deadline)
    }
}
