import NIOCore

/// A client that watches a job through `status/stream`: an event at each change, only the new log lines in each.
final class StatusStream {
    private let job: Job
    private unowned let service: Service
    private let connection: Connection
    private let withLogs: Bool
    private var logsSent = 0
    private var isEnded = false
    private var nextPing: Scheduled<Void>?

    /// fal: a comment keeps the stream alive every 15 seconds.
    private static let pingInterval = TimeAmount.seconds(15)

    init(job: Job, service: Service, connection: Connection, withLogs: Bool) {
        self.job = job
        self.service = service
        self.connection = connection
        self.withLogs = withLogs
    }

    func start() {
        connection.beginEvents(requestID: job.id)
        while !job.script.isEmpty {
            addEvent()
            job.script.removeFirst()
        }
        push()
        guard !isEnded else { return }
        job.streams.append(self)
        connection.onClose = { [weak self] in self?.end() }
        schedulePing()
    }

    /// Sends the state as it is now.
    func push() {
        guard !isEnded else { return }
        addEvent()
        if job.isCompleted {
            connection.onClose = nil
            end()
            connection.endEvents()
        } else {
            connection.flushEvents()
            scheduleLogs()
        }
    }

    private func addEvent() {
        var event = ByteBuffer()
        event.reserveCapacity(768)
        event.writeStaticString("data: ")
        let visible = withLogs ? job.visibleLogs : 0
        service.writeStatus(of: job, logs: withLogs ? logsSent..<visible : nil, to: &event)
        logsSent = visible
        event.writeStaticString("\n\n")
        connection.add(event)
    }

    private func scheduleLogs() {
        guard withLogs, let time = job.untilNextLog else { return }
        service.loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            guard let self, !isEnded else { return }
            if job.visibleLogs > logsSent { push() } else { scheduleLogs() }
        }
    }

    private func schedulePing() {
        nextPing = service.loop.assumeIsolated().scheduleTask(in: Self.pingInterval) { [weak self] in
            guard let self, !isEnded else { return }
            connection.add(ByteBuffer(string: ": ping\n\n"))
            connection.flushEvents()
            schedulePing()
        }
    }

    private func end() {
        isEnded = true
        nextPing?.cancel()
        job.streams.removeAll { $0 === self }
    }
}
