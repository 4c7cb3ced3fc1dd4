import JSON
import NIOCore

/// fal's listing of an endpoint's requests, newest first, a page at a time.
extension Service {
    func listing(_ request: Request) -> Reply {
        guard let endpoint = request.parameter("endpoint_id"), !endpoint.isEmpty else {
            return .detail(422, "endpoint_id is required")
        }
        let limit = request.parameter("limit").map { Int($0) } ?? 50
        guard let limit, (1...100).contains(limit) else { return .detail(422, "limit is a number from 1 to 100") }
        let (start, end) = (request.parameter("start"), request.parameter("end"))
        guard let from = moment(start, orElse: .now.advanced(seconds: -86400)), let until = moment(end, orElse: .now)
        else { return .detail(422, "start and end are times as in RFC 3339") }
        let jobs = jobs.jobs(of: endpoint, from: from, until: until)
        var first = 0
        if let cursor = request.parameter("cursor") {
            guard let last = jobs.firstIndex(where: { $0.id.description == cursor }) else {
                return .detail(422, "cursor is unknown")
            }
            first = last + 1
        }
        let page = jobs[first...].prefix(limit)
        let hasMore = page.endIndex < jobs.endIndex
        let withPayloads = request.parameter("expand")?.split(separator: ",").contains("payloads") == true
        return Reply(json: [
            "items": .array(page.map { item($0, withPayloads: withPayloads) }), "has_more": .bool(hasMore),
            "next_cursor": hasMore ? page.last.map { .string($0.id.description) } ?? .null : .null,
        ])
    }

    /// The moment that a parameter names, `other` where there is none; nil when it cannot be read.
    private func moment(_ text: String?, orElse other: Timestamp) -> Timestamp? {
        // A plus that was not encoded means a space in a query.
        guard let text else { return other }
        return Timestamp(text.replacing(" ", with: "+"))
    }

    private func item(_ job: Job, withPayloads: Bool) -> JSONValue {
        var item: JSONObject = [
            "request_id": .string(job.id.description), "endpoint_id": .string(job.origin.endpoint),
            "sent_at": .string(job.sent.description),
        ]
        if case .waiting = job.phase {} else { item.append("started_at", .string(job.started.description)) }
        if let ended = job.ended {
            item.append("ended_at", .string(ended.description))
            item.append("status_code", .integer(Int64(statusCode(of: job))))
            item.append("duration", .number(Double(ended.microseconds - job.started.microseconds) / 1e6))
        }
        // As with `X-Fal-Store-IO: 0`: what is not stored is not shown.
        let isStored = !job.origin.headers.contains { $0.name == "x-fal-store-io" && $0.value == "0" }
        if withPayloads, isStored {
            item.append("json_input", (try? JSONValue(parsing: job.input)) ?? .null)
            item.append("json_output", output(of: job) ?? .null)
        }
        return .object(item)
    }

    private func output(of job: Job) -> JSONValue? {
        guard job.ended != nil else { return nil }
        switch outcome(of: job) {
        case .images(let images) where !images.isInline:
            let reply = imagesReply(images, of: job, inline: [], fault: nil)
            return try? JSONValue(parsing: Array(reply.body.readableBytesView))
        case .loraFiles(let model), .finetune(let model): return trainingOutput(model, of: job)
        case .images, .refused, .failed: return nil
        }
    }

    private func statusCode(of job: Job) -> Int {
        switch outcome(of: job) {
        case .images, .loraFiles, .finetune: 200
        case .refused(let errors): errors.first?.status ?? 422
        case .failed(let error, _): error.status
        }
    }
}
