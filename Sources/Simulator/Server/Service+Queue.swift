import JSON
import NIOCore

/// fal's queue: submit, status, result, cancel.
extension Service {
    func submit(_ request: Request, to application: Route.Application, fault: Fault?) -> Reply {
        if let text = request.parameter("fal_max_queue_length"), let most = Int(text), jobs.waiting.count > most {
            return refused(
                .detail(429, "Queue is full: \(jobs.waiting.count) requests wait, at most \(most) asked for"))
        }
        guard jobs.openCount < configuration.maximumOpenJobs, jobs.openBytes < configuration.maximumOpenBytes else {
            return refused(
                .detail(
                    429,
                    "The simulator holds at most \(configuration.maximumOpenJobs) open jobs of "
                        + "\(configuration.maximumOpenBytes) bytes"))
        }
        if let refusal = rateRefusal() { return refusal }
        let job = makeJob(request, application, fault: faults.take(.job, endpoint: application.endpoint))
        var reply = Reply(requestID: job.id)
        reply.body.reserveCapacity(640)
        counters.countSubmit()
        counters.countOpen(openJobs + 1)
        jobs.submit(job)
        let foreign = fault?.kind == .foreignURLs ? fault?.url : nil
        reply.body.writeStaticString("{\"status\":\"IN_QUEUE\"")
        writeLinks(of: job, base: foreign ?? baseURL, to: &reply.body)
        reply.body.writeStaticString(",\"queue_position\":")
        reply.body.writeInteger(decimal: max(jobs.waiting.count - 1, 0))
        reply.body.writeStaticString(",\"logs\":null,\"metrics\":{}}")
        return reply
    }

    func makeJob(_ request: Request, _ application: Route.Application, fault: Fault?) -> Job {
        if fault != nil { counters.countFault() }
        var origin = Job.Origin(endpoint: application.endpoint, app: application.app)
        origin.webhook = request.parameter("fal_webhook")
        for (name, value) in request.headers where name.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            let name = name.lowercased()
            guard name.hasPrefix("x-fal-") else { continue }
            origin.headers.append((name, value))
            if name == "x-fal-request-timeout", let seconds = Double(value), seconds.isFinite {
                origin.startTimeout = seconds
            }
        }
        let input = request.body.map { Array($0.readableBytesView) } ?? []
        let set = trainingSet(for: input, endpoint: application.endpoint)
        let job = Job(
            id: nextID(), origin: origin, input: input, spareSeed: nextSpareSeed(),
            runTime: .of(set == nil ? configuration.runTime : configuration.trainTime), fault: fault)
        if let set { job.train(set) }
        return job
    }

    /// 202 until the job is completed, then 200.
    func status(of job: Job, withLogs: Bool) -> Reply {
        var reply = Reply(status: job.isCompleted ? 200 : 202, requestID: job.id)
        reply.body.reserveCapacity(640)
        writeStatus(of: job, logs: withLogs ? 0..<job.visibleLogs : nil, to: &reply.body)
        if !job.script.isEmpty { job.script.removeFirst() }
        return reply
    }

    func writeStatus(of job: Job, logs: Range<Int>?, to body: inout ByteBuffer) {
        let shown = job.shown
        body.writeStaticString("{\"status\":\"")
        body.writeString(shown.rawValue)
        body.writeStaticString("\"")
        writeLinks(of: job, base: baseURL, to: &body)
        if shown == .inQueue {
            body.writeStaticString(",\"queue_position\":")
            body.writeInteger(decimal: jobs.position(of: job))
        }
        body.writeStaticString(",\"logs\":")
        if let logs { job.writeLogs(logs, to: &body) } else { body.writeStaticString("null") }
        guard shown == .completed else {
            body.writeStaticString(",\"metrics\":{}}")
            return
        }
        body.writeStaticString(",\"metrics\":{\"inference_time\":")
        body.writeString("\(Double(job.runTime.nanoseconds) / 1e9)")
        body.writeStaticString("}")
        if case .failed(let error, _) = outcome(of: job) {
            body.writeStaticString(",\"error\":")
            body.writeJSONString(error.message)
            body.writeStaticString(",\"error_type\":")
            body.writeJSONString(error.type)
        }
        body.writeStaticString("}")
    }

    func cancel(_ job: Job) -> Reply {
        if case .completed = job.phase { return Reply(status: 400, json: ["status": "ALREADY_COMPLETED"]) }
        jobs.cancel(job)
        counters.countCancel()
        return Reply(status: 202, requestID: job.id, json: ["status": "CANCELLATION_REQUESTED"])
    }

    /// `request_id` and the three URLs, which keep the app and drop the rest of the endpoint.
    private func writeLinks(of job: Job, base: String, to body: inout ByteBuffer) {
        body.writeStaticString(",\"request_id\":\"")
        job.id.write(to: &body)
        writeLink("\",\"response_url\":\"", "\"", of: job, base: base, to: &body)
        writeLink(",\"status_url\":\"", "/status\"", of: job, base: base, to: &body)
        writeLink(",\"cancel_url\":\"", "/cancel\"", of: job, base: base, to: &body)
    }

    private func writeLink(
        _ start: StaticString, _ end: StaticString, of job: Job, base: String, to body: inout ByteBuffer
    ) {
        body.writeStaticString(start)
        body.writeString(base)
        body.writeStaticString("/")
        body.writeString(job.origin.app)
        body.writeStaticString("/requests/")
        job.id.write(to: &body)
        body.writeStaticString(end)
    }
}
