import EventLoop
import FalClient
import Generation
import JSON
import LuaRuntime
import Training

/// `fal.jobs`: what the ledger knows, under the names that `falhost jobs --json` and `falhost stats --json` use.
extension FalModule {
    @LoopActor
    static func jobs(_ services: any ScriptServices) -> [LuaFunction] {
        [
            .awaiting("fal.jobs.list", field: "_jobs_list") { call in
                let filter = JobFilter(
                    run: try call.stringOption("run", at: 1), states: try states(call),
                    limit: call.countOption("limit", at: 1) ?? 100, since: try since(call),
                    key: try call.stringOption("key", at: 1))
                return asking(services) { ledger in
                    .array(try await ledger.jobs(filter).map { .object($0.json) })
                }
            },
            .awaiting("fal.jobs.get", field: "_jobs_get") { call in
                let id = try call.requireString(1)
                return asking(services) { ledger in
                    guard let job = try await job(id, in: ledger) else { return .null }
                    var json = job.json
                    json.append("history", .array(try await ledger.history(job.id).map { .object($0.json) }))
                    return .object(json)
                }
            },
            .awaiting("fal.jobs.cancel", field: "_jobs_cancel") { call in
                let id = try call.requireString(1)
                return asking(services) { ledger in
                    guard let job = try await job(id, in: ledger) else {
                        throw FalError(.validation, "the ledger has no job '\(id)'")
                    }
                    let cancellation = JobCancellation(
                        ledger: ledger, client: try services.client(), run: try services.jobs().run)
                    let isCancelled = try isCancelled(job, try await cancellation.cancel(job))
                    if job.order.training != nil { _ = try await services.training().settlement.settleEnded() }
                    return .bool(isCancelled)
                }
            },
            .awaiting("fal.jobs.spent", field: "_jobs_spent") { call in
                let (run, since) = (try call.stringOption("run", at: 1), try since(call))
                return asking(services) { ledger in
                    let isSimulated = try services.jobs().run.isSimulated
                    let filter = RecordFilter(run: run, since: since, simulated: isSimulated)
                    return .object(Statistics(try await ledger.records(filter)).json)
                }
            },
        ]
    }

    @LoopActor
    private static func asking(
        _ services: any ScriptServices, _ work: @escaping @LoopActor (any JobLedger) async throws -> JSONValue
    ) -> LuaOperation {
        LuaOperation {
            try await services.raising {
                let value = try await work(try services.ledger())
                return { stack in
                    if value.isNull { stack.pushNil() } else { stack.push(value) }
                    return 1
                }
            }
        }
    }

    /// The one job whose id begins so; nil where there is none.
    @LoopActor
    private static func job(_ id: String, in ledger: any JobLedger) async throws -> Job? {
        let prefix = id.lowercased()
        guard !prefix.isEmpty, prefix.count <= 16, prefix.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return nil
        }
        let found = try await ledger.jobs(JobFilter(limit: 2, idPrefix: prefix))
        if found.count > 1 {
            throw FalError(.validation, "'\(id)' is the beginning of several jobs' ids: give more of it")
        }
        return found.first
    }

    /// False for a job that had ended already.
    private static func isCancelled(_ job: Job, _ outcome: JobCancellation.Outcome) throws(FalError) -> Bool {
        switch outcome {
        case .unsent, .requested, .forgotten: return true
        case .ended, .completedAtFal: return false
        case .uncertain:
            throw FalError(.submitUnknown, "it is not known whether fal has job \(job.id): falhost resume looks for it")
        case .inHand:
            throw FalError(.validation, "another process has the jobs of run \(job.run) in hand: stop that one")
        case .elsewhere(let server):
            throw FalError(.validation, "job \(job.id) was sent to \(server), which is not the server in use")
        }
    }

    /// `state`: a name, or a list of names.
    @LoopActor
    private static func states(_ call: LuaCall) throws -> Set<Job.State.Name> {
        guard call.stack.type(at: 1) == .table else { return [] }
        call.stack.getField("state", at: 1)
        defer { call.stack.pop() }
        let names =
            switch try call.stack.json(at: -1) {
            case .string(let name): [JSONValue.string(name)]
            case .array(let names): names
            default: [JSONValue]()
            }
        return Set(try names.map { try state($0, call) })
    }

    @LoopActor
    private static func state(_ value: JSONValue, _ call: LuaCall) throws -> Job.State.Name {
        let known = Job.State.Name.allCases.map(\.rawValue)
        guard let name = value.stringValue else {
            throw call.argumentError(1, "state: a name is expected, not \(value.kindName)")
        }
        if let state = Job.State.Name(rawValue: name) { return state }
        let hint =
            DidYouMean.nearest(to: name, in: known).map { "did you mean '\($0)'?" }
            ?? "known: \(known.joined(separator: ", "))"
        throw call.argumentError(1, "state: '\(name)' is not a state of a job; \(hint)")
    }

    @LoopActor
    private static func since(_ call: LuaCall) throws -> Timestamp? {
        guard let text = try call.stringOption("since", at: 1) else { return nil }
        if let time = Timestamp.since(text) ?? Timestamp(text) { return time }
        throw call.argumentError(
            1, "since: '\(text)' is no time, such as 7d, 12h, 30m, 2026-11-22 or a job's `created`")
    }
}
