import FalClient
import Generation
import JSON
import Testing

struct EarlierCallsTests {
    private func order(
        _ prompt: String, at place: Int64?, seed: Int64? = nil, drawn: Bool = false,
        endpoint: String = "fal-ai/flux-lora", _ more: JSONObject = [:]
    ) throws -> JobOrder {
        var arguments: JSONObject = ["prompt": .string(prompt)]
        if let seed { arguments.append("seed", .integer(seed)) }
        arguments.merge(more)
        var order = JobOrder(
            endpoint: try EndpointID(endpoint), arguments: arguments, options: JobOptions(timeout: .seconds(1)),
            subject: nil)
        order.place = place.map { CallPlace($0) }
        order.hasDrawnSeed = drawn
        return order
    }

    private func job(
        _ id: String, _ order: JobOrder, _ name: Job.State.Name = .completed, run: String = "r1"
    ) -> Job {
        let request = QueueRequest(
            endpoint: order.endpoint, requestID: id, statusURL: "", responseURL: "", cancelURL: "")
        let failure = JobFailure(code: "validation", message: "no")
        let state: Job.State =
            switch name {
            case .intent: .intent
            case .submitting: .submitting
            case .submitted: .submitted(request)
            case .completed: .completed(request, JobOutput(output: .null, billableUnits: nil))
            case .failed: .failed(request, failure)
            case .cancelled: .cancelled(request)
            case .unknown: .unknown(failure)
            case .expired: .expired(request)
            }
        let time = Timestamp(milliseconds: 0)
        return Job(id: id, run: run, order: order, created: time, updated: time, state: state)
    }

    private func id(_ match: EarlierCalls.Match) -> String? {
        if case .same(let job) = match { job.id } else { nil }
    }

    @Test func `a call is taken over once`() throws {
        var calls = EarlierCalls([job("a", try order("x", at: 1))])
        #expect(id(calls.take(try order("x", at: 1))) == "a")
        #expect(calls.take(try order("x", at: 1)) == .new)
        #expect(calls.leftOver == 0)
    }

    @Test func `of equal calls each place has its own`() throws {
        var calls = EarlierCalls([job("a", try order("x", at: 1)), job("b", try order("x", at: 2))])
        #expect(id(calls.take(try order("x", at: 2))) == "b")
        #expect(id(calls.take(try order("x", at: 1))) == "a")
    }

    @Test func `a call that moved is found by what it asks for, the oldest first`() throws {
        var calls = EarlierCalls([job("a", try order("x", at: 1)), job("b", try order("x", at: 2))])
        #expect(id(calls.take(try order("x", at: 7))) == "a")
        #expect(id(calls.take(try order("x", at: nil))) == "b")
    }

    @Test func `a changed call says what differs, the prompt first`() throws {
        let before = try order("x", at: 1, seed: 5, drawn: true, ["image_size": "square"])
        var calls = EarlierCalls([job("a", before)])
        let after = try order("y", at: 1, seed: 5, ["guidance_scale": 3.5, "image_size": "square"])
        guard case .changed(let job, let names) = calls.take(after) else {
            Issue.record("not seen as changed")
            return
        }
        #expect(job.id == "a" && names == ["prompt", "guidance_scale", "seed"])
        #expect(calls.leftOver == 0)
    }

    @Test func `another endpoint is named, and not what follows from it`() throws {
        var calls = EarlierCalls([job("a", try order("x", at: 1))])
        guard case .changed(_, let names) = calls.take(try order("y", at: 1, endpoint: "fal-ai/flux-pro")) else {
            Issue.record("not seen as changed")
            return
        }
        #expect(names == ["endpoint"])
    }

    @Test func `a seed that was drawn does not count, one that was given does`() throws {
        let drawn = job("a", try order("x", at: 1, seed: 5, drawn: true))
        let given = job("b", try order("x", at: 2, seed: 5))
        var calls = EarlierCalls([drawn, given])
        #expect(id(calls.take(try order("x", at: 2, seed: 6, drawn: true))) == "a")
        #expect(id(calls.take(try order("x", at: 1, seed: 5))) == "b")
        calls = EarlierCalls([given])
        #expect(id(calls.take(try order("x", at: 2, seed: 6))) == nil)
    }

    @Test func `the order of members and the way a whole number is written do not count`() throws {
        let size: JSONObject = ["width": 64, "height": .number(64)]
        let other: JSONObject = ["height": 64, "width": .number(64)]
        var calls = EarlierCalls([job("a", try order("x", at: 1, ["image_size": .object(size), "n": 1]))])
        let same = try order("x", at: 1, ["n": .number(1), "image_size": .object(other)])
        #expect(id(calls.take(same)) == "a")
    }

    @Test(
        arguments: [
            (["ab", "c"], ["a", "bc"]), (["1", 2], ["1", "2"]), ([[]], [[:]]), ([0.1], [0.2]), ([nil], []),
            (["é"], ["e\u{301}"]), ([["a": 1]], [["a": 2]]), ([true], ["true"]),
        ] as [([JSONValue?], [JSONValue?])])
    func `values that differ are not taken for each other`(_ left: [JSONValue?], _ right: [JSONValue?]) throws {
        func value(_ values: [JSONValue?]) -> JSONValue { .array(values.map { $0 ?? .null }) }
        var calls = EarlierCalls([job("a", try order("x", at: 1, ["v": value(left)]))])
        guard case .changed(_, ["v"]) = calls.take(try order("x", at: 1, ["v": value(right)])) else {
            Issue.record("taken for the same")
            return
        }
    }

    @Test func `results come before jobs that run, and those before none`() throws {
        let waiting = try job("a", order("x", at: 1), .submitted)
        let done = try job("b", order("x", at: 2))
        let unknown = try job("c", order("x", at: 4), .unknown)
        var calls = EarlierCalls([unknown, waiting, done])
        #expect(id(calls.take(try order("x", at: 3))) == "b")
        #expect(id(calls.take(try order("x", at: 3))) == "a")
        #expect(id(calls.take(try order("x", at: 3))) == "c")
    }

    @Test(arguments: [Job.State.Name.failed, .cancelled, .expired])
    func `a call that ended without a result is to be submitted`(state: Job.State.Name) throws {
        let ended = job("a", try order("x", at: 1), state)
        var calls = EarlierCalls([ended])
        #expect(calls.leftOver == 0)
        #expect(calls.take(try order("x", at: 1)) == .ended(ended))
    }

    @Test func `a call that was stopped before it was sent is new`() throws {
        var job = job("a", try order("x", at: 1))
        job.state = .cancelled(nil)
        var calls = EarlierCalls([job])
        #expect(calls.take(try order("x", at: 1)) == .new && calls.leftOver == 0)
    }

    @Test(arguments: [Job.State.Name.intent, .submitting, .submitted, .unknown])
    func `an open job is taken`(state: Job.State.Name) throws {
        var calls = EarlierCalls([job("a", try order("x", at: 1), state)])
        #expect(calls.leftOver == 1 && calls.leftOpen == 1)
        #expect(id(calls.take(try order("x", at: 1))) == "a")
        #expect(calls.leftOpen == 0)
    }

    @Test func `of a chain of runs the later ones changed what the earlier ones did`() throws {
        let first = job("a", try order("x", at: 1), .failed)
        let second = job("b", try order("x", at: 1), run: "r2")
        let replaced = job("c", try order("y", at: 2))
        let replacement = job("d", try order("z", at: 2), run: "r2")
        var calls = EarlierCalls([first, replaced, second, replacement])
        #expect(calls.leftOver == 2)
        #expect(id(calls.take(try order("x", at: 1))) == "b")
        #expect(id(calls.take(try order("y", at: 2))) == "c")
        #expect(calls.leftOver == 1)
    }

    @Test func `ten thousand equal calls are matched in a blink`() throws {
        let order = try order("x", at: nil)
        var calls = EarlierCalls((0..<10_000).map { job("\($0)", order) })
        for index in 0..<10_000 { #expect(id(calls.take(order)) == "\(index)") }
        #expect(calls.take(order) == .new)
    }
}
