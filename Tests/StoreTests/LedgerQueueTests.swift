import FalClient
import Generation
import JSON
import Testing

@testable import Store

/// When the next commit is due.
@Suite(.timeLimit(.minutes(5)))
struct LedgerQueueTests {
    private var queue = LedgerQueue()

    private func job(_ id: Int) throws -> LedgerChange.Kind {
        let order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"), arguments: [:], options: JobOptions(timeout: .seconds(1)),
            subject: nil)
        let time = Timestamp(milliseconds: 1)
        let job = Job(id: "\(id)", run: "r", order: order, created: time, updated: time, state: .submitting)
        let run = Run(id: "r", started: time, script: "x.lua", server: "https://q")
        return .job(job, run, arguments: "{}", nil)
    }

    /// Adds a change that somebody waits for, and lets go of who waits at once.
    private mutating func addAwaited(_ kind: LedgerChange.Kind) async -> LedgerQueue.Call? {
        var queue = queue
        var call: LedgerQueue.Call?
        _ = await withUnsafeContinuation { (waiter: UnsafeContinuation<Result<Void, GenerationError>, Never>) in
            call = queue.add(LedgerChange(kind: kind, outcome: .awaited(waiter)))
            waiter.resume(returning: .success(()))
        }
        self.queue = queue
        return call
    }

    private mutating func note(_ state: Job.State) -> LedgerQueue.Call? {
        queue.add(LedgerChange(kind: .state("0", state, Timestamp(milliseconds: 2)), outcome: .noted))
    }

    @Test mutating func `the first change starts a server, and who finds nothing leaves`() async throws {
        #expect(await addAwaited(try job(0)) == .serve)
        #expect(queue.take()?.count == 1)
        #expect(queue.take() == nil)
        #expect(note(.cancelled(nil)) == .serve)
    }

    @Test mutating func `a commit hurries once, when half of the jobs in hand wait for it`() async throws {
        for id in 0..<8 { _ = await addAwaited(try job(id)) }
        #expect(queue.take()?.count == 8)
        var calls: [LedgerQueue.Call?] = []
        for id in 0..<6 { calls.append(await addAwaited(.state("\(id)", .submitting, Timestamp(milliseconds: 2)))) }
        // Each takes a job in hand, too: 1 of 9 waits, 2 of 10, … and never half of them.
        #expect(calls.allSatisfy { $0 == nil })
        #expect(queue.take()?.count == 6)
        calls = []
        let request = QueueRequest(
            endpoint: try EndpointID("fal-ai/flux-lora"), requestID: "q", statusURL: "s", responseURL: "r",
            cancelURL: "c")
        for id in 0..<8 {
            calls.append(await addAwaited(.state("\(id)", .submitted(request), Timestamp(milliseconds: 3))))
        }
        #expect(calls == [nil, nil, nil, nil, nil, nil, .hurry, nil])
    }

    @Test mutating func `what nobody waits for hurries nobody, and an end frees the hands`() async throws {
        for id in 0..<4 { _ = await addAwaited(try job(id)) }
        _ = queue.take()
        for _ in 0..<3 { #expect(note(.cancelled(nil)) == nil) }
        #expect(await addAwaited(.state("3", .intent, Timestamp(milliseconds: 2))) == .hurry)
    }

    @Test mutating func `whoever reads or ends waits for no pause, whatever is in hand`() async throws {
        for id in 0..<9 { _ = await addAwaited(try job(id)) }
        _ = queue.take()
        #expect(await addAwaited(.nothing) == .hurry)
    }

    @Test mutating func `refused jobs are in nobody's hand`() async throws {
        for id in 0..<9 { _ = await addAwaited(try job(id)) }
        _ = queue.take()
        queue.forget(8)
        #expect(await addAwaited(.state("8", .intent, Timestamp(milliseconds: 2))) == .hurry)
    }
}
