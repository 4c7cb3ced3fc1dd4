import EventLoop
import FalClient
import Logging
import Testing

@testable import Generation

@Suite(.timeLimit(.minutes(5)))
struct SubmitGateTests {
    @LoopActor
    private func gate(_ pacing: Pacing, patience: Duration = .seconds(60), log: LogLines = LogLines()) -> SubmitGate {
        var retry = RetryPolicy()
        retry.firstDelay = .milliseconds(2)
        retry.longestDelay = .milliseconds(10)
        retry.budget = patience
        return SubmitGate(pacing, retry: retry, logger: Logger(label: "test") { _ in log })
    }

    @Test @LoopActor
    func `Without limits it is everybody's turn at once`() {
        let gate = gate(Pacing())
        let tickets = (0..<1000).map { _ in gate.enter("") }
        #expect(tickets.allSatisfy { gate.isAdmitted($0) })
        #expect(gate.inFlight == 1000 && gate.waiting == 0)
    }

    @Test @LoopActor
    func `Two users take turns, though one of them came first with all of its jobs`() {
        let gate = gate(Pacing(jobsInFlight: 1))
        var names: [String] = []
        var waiting = (0..<4).map { ("a\($0)", gate.enter("a")) } + (0..<2).map { ("b\($0)", gate.enter("b")) }
        while let index = waiting.firstIndex(where: { gate.isAdmitted($0.1) }) {
            let (name, ticket) = waiting.remove(at: index)
            names.append(name)
            #expect(gate.inFlight == 1)
            gate.accept(ticket)
            gate.leave(ticket)
        }
        #expect(names == ["a0", "a1", "b0", "a2", "b1", "a3"])
        #expect(gate.inFlight == 0)
    }

    @Test @LoopActor
    func `Who is cancelled or out of time leaves, and the next has the turn`() async throws {
        let gate = gate(Pacing(jobsInFlight: 1))
        let first = gate.enter("")
        let (late, cancelled, last) = (gate.enter(""), gate.enter(""), gate.enter(""))
        let cancelling = LoopActor.spawn { try await gate.turn(of: cancelled, until: nil) }
        let waiting = LoopActor.spawn { try await gate.turn(of: last, until: nil) }
        await #expect(throws: SubmitGate.Missed.timedOut) {
            try await gate.turn(of: late, until: .now + .milliseconds(5))
        }
        cancelling.cancel()
        await #expect(throws: SubmitGate.Missed.cancelled) { try await cancelling.value }
        #expect(gate.waiting == 1)
        gate.leave(first)
        try await waiting.value
        gate.leave(last)
        gate.leave(last)
        #expect(gate.inFlight == 0)
    }

    /// From tasks of other threads: turns, deadlines and cancellations meet on the way to the wait.
    @Test func `No turn is lost between turns, deadlines and cancellations`() async throws {
        let gate = await gate(Pacing(jobsInFlight: 3))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let task = Task { @LoopActor in
                        let ticket = gate.enter("\(number % 7)")
                        let deadline = number % 3 == 0 ? ContinuousClock.now + .microseconds(number % 900) : nil
                        try await gate.turn(of: ticket, until: deadline)
                        gate.accept(ticket)
                        await Task.yield()
                        gate.leave(ticket)
                    }
                    if number % 5 == 0 { task.cancel() }
                    _ = await task.result
                }
            }
        }
        #expect(await gate.inFlight == 0)
        #expect(await gate.waiting == 0)
    }

    @Test @LoopActor
    func `A refusal holds back the others too, and is told once`() async throws {
        let log = LogLines()
        let gate = gate(Pacing(), log: log)
        let tickets = (0..<8).map { _ in gate.enter("") }
        for ticket in tickets.dropFirst(2) {
            #expect(gate.refuse(ticket, retryAfter: .milliseconds(50), namesConcurrency: true))
        }
        #expect(gate.currentLimit == 2 && gate.waiting == 6 && gate.inFlight == 2)
        let newcomer = gate.enter("")
        #expect(!gate.isAdmitted(newcomer))
        for ticket in tickets.prefix(2) {
            gate.accept(ticket)
            gate.leave(ticket)
        }
        #expect(gate.inFlight == 0, "fal wants to be left alone")
        try await gate.turn(of: tickets[2], until: nil)
        #expect(gate.isAdmitted(tickets[3]) && !gate.isAdmitted(tickets[4]))
        gate.accept(tickets[2])
        #expect(log.lines.filter { $0.contains("429") }.count == 1, "\(log.lines)")
        #expect(log.lines.last?.contains("at most 2 jobs in flight") == true, "\(log.lines)")
    }

    @Test @LoopActor
    func `When fal refuses everything the jobs give up after as long as the policy says`() async throws {
        let gate = gate(Pacing(), patience: .milliseconds(60))
        let ticket = gate.enter("")
        var refusals = 1
        while gate.refuse(ticket, retryAfter: nil, namesConcurrency: false) {
            try await gate.turn(of: ticket, until: nil)
            refusals += 1
        }
        #expect((6...40).contains(refusals))
        gate.leave(ticket)
        #expect(gate.inFlight == 0)
    }
}
