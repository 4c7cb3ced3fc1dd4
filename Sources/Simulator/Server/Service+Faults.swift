import NIOCore

/// What faults do to requests and replies.
extension Service {
    func fault(for route: Route) -> Fault? {
        let stage: Fault.Stage
        let endpoint: String?
        switch route {
        case .submit(let application): (stage, endpoint) = (.submit, application.endpoint)
        case .run(let application): (stage, endpoint) = (.run, application.endpoint)
        case .events(let application): (stage, endpoint) = (.events, application.endpoint)
        case .job(let action, let id, let named):
            stage =
                switch action {
                case .status: .status
                case .stream: .stream
                case .result: .result
                case .cancel: .cancel
                }
            return faults.take(stage, endpoint: RequestID(id).flatMap { jobs[$0]?.origin.endpoint } ?? named)
        case .storage(.file(_, _, let rest)) where rest.isEmpty: (stage, endpoint) = (.download, nil)
        case .storage: (stage, endpoint) = (.upload, nil)
        case .listing, .models, .keySet: (stage, endpoint) = (.listing, nil)
        case .admin, .index, .unknown: return nil
        }
        return faults.take(stage, endpoint: endpoint)
    }

    /// Faults that keep a request from having any effect; true when this was one and it is dealt with.
    func preempt(_ fault: Fault, route: Route, on connection: Connection) -> Bool {
        switch fault.kind {
        case .resetBefore: connection.reset()
        case .hang: break
        default:
            guard let reply = errorReply(fault, route: route) else { return false }
            connection.send(reply)
        }
        return true
    }

    /// Answers, bent as the fault says.
    func deliver(_ handling: Handling, _ fault: Fault?, on connection: Connection) {
        switch handling {
        case .reply(let reply): deliver(reply, fault, on: connection)
        case .later(let future):
            future.assumeIsolated().whenComplete { [self] result in
                switch result {
                case .success(let reply): deliver(reply, fault, on: connection)
                case .failure: deliver(.detail(500, "The simulator is stopping"), fault, on: connection)
                }
            }
        case .statusStream(let job, let withLogs):
            if fault != nil { return deliver(statusEvents(of: job, withLogs: withLogs), fault, on: connection) }
            StatusStream(job: job, service: self, connection: connection, withLogs: withLogs).start()
        case .events(let events, let id):
            if fault?.bendsReplies == true {
                return deliver(Self.eventReply(events, requestID: id), fault, on: connection)
            }
            stream(events, id, on: connection)
        }
    }

    private func deliver(_ reply: Reply, _ fault: Fault?, on connection: Connection) {
        guard let fault, fault.bendsReplies else { return connection.send(reply) }
        var reply = reply
        switch fault.kind {
        case .resetAfter: connection.reset()
        case .cutBody: FaultyBody.cut(reply, on: connection)
        case .slowBody: FaultyBody.drip(reply, every: .milliseconds(Int64(fault.milliseconds)), on: connection, loop)
        case .hugeBody: FaultyBody.flood(reply, bytes: fault.bytes, on: connection)
        case .late:
            loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(fault.milliseconds))) { connection.send(reply) }
        case .truncatedJSON:
            reply.body =
                reply.body.getSlice(at: reply.body.readerIndex, length: reply.body.readableBytes / 2) ?? ByteBuffer()
            connection.send(reply)
        case .badUTF8:
            reply.body = ByteBuffer(bytes: Array("{\"detail\":\"".utf8) + [0xC3, 0x28, 0xFF] + Array("\"}".utf8))
            connection.send(reply)
        case .emptyBody:
            reply.body.clear()
            connection.send(reply)
        default: connection.send(reply)
        }
    }

    private func stream(_ events: [ByteBuffer], _ id: RequestID, on connection: Connection) {
        connection.beginEvents(requestID: id)
        for event in events.dropLast() { connection.add(Self.framed(event)) }
        let last = events.last.map(Self.framed) ?? ByteBuffer()
        guard configuration.runTime > .zero else {
            connection.add(last)
            return connection.endEvents()
        }
        connection.flushEvents()
        loop.assumeIsolated().scheduleTask(in: .of(configuration.runTime)) {
            connection.add(last)
            connection.endEvents()
        }
    }

    /// A status stream as one finished body, for faults that bend bytes: one event before the end, and the end.
    private func statusEvents(of job: Job, withLogs: Bool) -> Reply {
        var events: [ByteBuffer] = []
        job.script.insert(.inProgress, at: 0)
        for _ in 0..<2 {
            var event = ByteBuffer()
            writeStatus(of: job, logs: withLogs ? 0..<job.visibleLogs : nil, to: &event)
            events.append(event)
            if !job.script.isEmpty { job.script.removeFirst() }
        }
        return Self.eventReply(events, requestID: job.id)
    }

    private static func eventReply(_ events: [ByteBuffer], requestID: RequestID) -> Reply {
        var reply = Reply(requestID: requestID)
        reply.contentType = "text/event-stream"
        for event in events { reply.body.writeImmutableBuffer(framed(event)) }
        return reply
    }

    private static func framed(_ event: ByteBuffer) -> ByteBuffer {
        var framed = ByteBuffer(string: "data: ")
        framed.writeImmutableBuffer(event)
        framed.writeStaticString("\n\n")
        return framed
    }
}

extension Fault {
    /// The request is dealt with, and its reply then spoilt.
    var bendsReplies: Bool {
        switch kind {
        case .resetAfter, .cutBody, .truncatedJSON, .badUTF8, .emptyBody, .slowBody, .late, .hugeBody: true
        default: false
        }
    }
}
