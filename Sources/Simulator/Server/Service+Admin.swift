import JSON
import NIOCore
import NIOHTTP1

/// The simulator's own paths under `/_simulator/`: faults, counters, one job as it was submitted.
extension Service {
    func administer(_ request: Request, _ path: [Substring]) -> Reply {
        switch (request.method, path.first, path.count) {
        case (.GET, "counters", 1): return Reply(json: counters.current.json)
        case (.GET, "faults", 1): return knownFaults
        case (.POST, "faults", 1): return orderFaults(request)
        case (.DELETE, "faults", 1):
            faults.clear()
            return Reply(json: ["ordered": 0])
        case (.GET, "jobs", 2): return job(path[1])
        default:
            return .detail(
                404, "Known are POST, GET and DELETE faults, GET counters, GET jobs/{id}, all below /_simulator/")
        }
    }

    /// One fault a line; either all are ordered or, when one of them is wrong, none.
    private func orderFaults(_ request: Request) -> Reply {
        let text = request.body.map { String(buffer: $0) } ?? ""
        var ordered: [Fault] = []
        for line in text.split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
            do throws(FaultSyntaxError) {
                ordered.append(try Fault(parsing: String(line)))
            } catch {
                return .detail(400, error.description)
            }
        }
        guard !ordered.isEmpty else { return .detail(400, "No fault in the body; e.g. submit:429:retry-after=2") }
        for fault in ordered { faults.order(fault) }
        return Reply(json: ["ordered": .integer(Int64(ordered.count))])
    }

    private var knownFaults: Reply {
        let lines = Fault.all.map { fault in
            let stages = fault.stages.map(\.rawValue).joined(separator: " ")
            let parameters = fault.parameters.isEmpty ? "" : " [\(fault.parameters.joined(separator: ", "))]"
            return "\(fault.kind)\(parameters): \(fault.summary)\n    at \(stages)\n"
        }
        return Reply(text: lines.joined())
    }

    private func job(_ text: Substring) -> Reply {
        guard let id = RequestID(text), let job = jobs[id] else { return .jobNotFound }
        var headers = JSONObject()
        for (name, value) in job.origin.headers { headers[name] = .string(value) }
        return Reply(json: [
            "request_id": .string(id.description), "endpoint": .string(job.origin.endpoint),
            "status": .string(job.shown.rawValue), "webhook": job.origin.webhook.map { .string($0) } ?? .null,
            "webhook_state": job.webhookState.map { .string($0) } ?? .null,
            "headers": .object(headers), "body": .string(String(decoding: job.input, as: UTF8.self)),
            "input": (try? JSONValue(parsing: job.input)) ?? .null,
        ])
    }
}
