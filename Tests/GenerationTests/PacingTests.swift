import EventLoop
import FalClient
import JSON
import Simulator
import Store
import Testing

@testable import Generation

/// Pacing as the server sees it, over a real ledger and real sockets.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct PacingTests {
    private func configuration(_ change: (inout SimulatorConfiguration) -> Void) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        change(&configuration)
        return configuration
    }

    /// So many jobs at once; returns how many completed.
    @LoopActor
    private func perform(_ count: Int, _ runner: JobRunner, _ test: AbandonedJobs) async throws -> Int {
        let order = try test.order(timeout: .seconds(60))
        return await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<count { group.addTask { (try? await runner.perform(order)) != nil } }
            var completed = 0
            while let isDone = await group.next() { completed += isDone ? 1 : 0 }
            return completed
        }
    }

    @Test @LoopActor
    func `There are never more jobs at fal than allowed, and those that wait are intents`() async throws {
        let slow = configuration { $0.runTime = .milliseconds(10) }
        try await AbandonedJobs.with([], slow) { test in
            let runner = test.runner(Pacing(jobsInFlight: 3))
            let completed = try await perform(60, runner, test)
            #expect(completed == 60)
            let counters = test.simulator.counters()
            #expect(counters.submits == 60 && counters.mostOpen == 3, "\(counters.json)")
            try await test.ledger.flush()
            let jobs = try await test.ledger.jobs(JobFilter())
            #expect(jobs.count == 60 && jobs.allSatisfy { $0.state.name == .completed })
            var waited = 0
            for job in jobs where try await test.ledger.history(job.id).first?.state == .intent { waited += 1 }
            #expect(waited == 57)
        }
    }

    @Test @LoopActor
    func `A script may submit all of its jobs before it asks for the first result`() async throws {
        let slow = configuration { $0.runTime = .milliseconds(10) }
        try await AbandonedJobs.with([], slow) { test in
            let runner = test.runner(Pacing(jobsInFlight: 2))
            var jobs: [SubmittedJob] = []
            for _ in 0..<8 { jobs.append(try await runner.submit(test.order(), options: SubmitOptions())) }
            for job in jobs { _ = try await runner.result(of: job, deadline: nil) }
            // Fewer where the machine is so busy that a job is done before the next one is sent.
            #expect((1...2).contains(test.simulator.counters().mostOpen))
            #expect(runner.pacingSummary["in_flight"] == .integer(0))
        }
    }

    @Test @LoopActor
    func `Submits are not more frequent than allowed`() async throws {
        try await AbandonedJobs.with { test in
            let start = ContinuousClock.now
            let steady = try await perform(15, test.runner(Pacing(submitsPerSecond: 10)), test)
            #expect(steady == 15)
            #expect(.now - start >= .milliseconds(1390))
            let burst = ContinuousClock.now
            let inBursts = try await perform(15, test.runner(Pacing(submitsPerSecond: 10, burst: 10)), test)
            #expect(inBursts == 15)
            #expect(.now - burst >= .milliseconds(490))
        }
    }

    @Test(arguments: ["submit:429:times=250", "submit:429:times=250:retry-after=0"]) @LoopActor
    func `A storm of refusals loses no job and doubles none`(fault: String) async throws {
        try await AbandonedJobs.with([fault]) { test in
            let completed = try await perform(200, test.runner, test)
            #expect(completed == 200)
            #expect(test.simulator.counters().submits == 200)
            // One for each refusal, and one for each job.
            #expect(test.simulator.counters()[.submit] == 450)
        }
    }

    @Test @LoopActor
    func `A server's rate is found without running into it again and again`() async throws {
        let limited = configuration { $0.maximumRate = 100 }
        try await AbandonedJobs.with([], limited) { test in
            let completed = try await perform(300, test.runner, test)
            #expect(completed == 300)
            let counters = test.simulator.counters()
            #expect(counters.submits == 300 && counters.refusals > 0, "\(counters.json)")
            #expect(counters.refusals < 300, "\(counters.json)")
        }
    }

    @Test @LoopActor
    func `A server's limit of jobs is found and kept to`() async throws {
        let limited = configuration {
            $0.maximumOpenJobs = 5
            $0.runTime = .milliseconds(5)
        }
        try await AbandonedJobs.with([], limited) { test in
            let completed = try await perform(60, test.runner, test)
            #expect(completed == 60)
            let counters = test.simulator.counters()
            #expect(counters.submits == 60 && counters.mostOpen == 5, "\(counters.json)")
            #expect(counters.refusals < 55 + 60, "\(counters.json)")
        }
    }

    @Test @LoopActor
    func `Direct runs, which fal does not queue, wait here`() async throws {
        let limited = configuration {
            $0.maximumRunning = 2
            $0.runTime = .milliseconds(5)
        }
        try await AbandonedJobs.with([], limited) { test in
            let (runner, order) = (test.runner, try test.order())
            let count = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        (try? await runner.run(order.endpoint, arguments: order.arguments, timeout: nil)) != nil
                    }
                }
                var completed = 0
                while let isDone = await group.next() { completed += isDone ? 1 : 0 }
                return completed
            }
            #expect(count == 30)
            #expect(test.simulator.counters().mostOpen == 2)
            #expect(runner.pacingSummary["in_flight"] == .integer(0))
        }
    }

    // MARK: Ends of those that wait

    /// A runner whose only place is taken by a job that does not end, and one job that waits for it.
    @LoopActor
    private func withWaitingJob(
        timeout: Duration = .seconds(50),
        _ body: @LoopActor (AbandonedJobs, JobRunner, Task<FinishedJob, any Error>) async throws -> Void
    ) async throws {
        try await AbandonedJobs.with(["job:endless"]) { test in
            let runner = test.runner(Pacing(jobsInFlight: 1))
            let first = LoopActor.spawn { try await runner.perform(test.order()) }
            while test.simulator.counters().submits == 0 { try await LoopActor.sleep(for: .milliseconds(2)) }
            let second = LoopActor.spawn { try await runner.perform(test.order(timeout: timeout)) }
            while try await test.ledger.jobs(JobFilter(states: [.intent])).isEmpty {
                try await LoopActor.sleep(for: .milliseconds(2))
            }
            try await body(test, runner, second)
            first.cancel()
            _ = await first.result
            #expect(test.simulator.counters().submits == 1)
            #expect(runner.pacingSummary["waiting"] == .integer(0))
        }
    }

    @LoopActor
    private func states(_ test: AbandonedJobs) async throws -> [Job.State.Name] {
        try await test.ledger.flush()
        return try await test.ledger.jobs(JobFilter()).map(\.state.name)
    }

    @Test @LoopActor
    func `A job that is cancelled while it waits is not sent`() async throws {
        try await withWaitingJob { test, _, waiting in
            waiting.cancel()
            let error = await #expect(throws: GenerationError.self) { try await waiting.value }
            #expect(error?.code == .cancelled)
            let left = try await states(test)
            #expect(left == [.cancelled, .submitted])
        }
    }

    @Test @LoopActor
    func `A direct run that misses its turn is not sent and costs nothing`() async throws {
        try await withWaitingJob { test, runner, waiting in
            let before = runner.spending.summary
            let order = try test.order()
            let error = await #expect(throws: GenerationError.self) {
                try await runner.run(order.endpoint, arguments: order.arguments, timeout: .milliseconds(100))
            }
            #expect(error?.code == .timeout)
            #expect(runner.spending.summary == before)
            #expect(test.simulator.counters()[.run] == 0)
            waiting.cancel()
            _ = await waiting.result
        }
    }

    @Test @LoopActor
    func `The time of a job that waits runs`() async throws {
        try await withWaitingJob(timeout: .seconds(1)) { test, _, waiting in
            let error = await #expect(throws: GenerationError.self) { try await waiting.value }
            #expect(error?.code == .timeout)
            let left = try await states(test)
            #expect(left == [.failed, .submitted])
        }
    }

    @Test @LoopActor
    func `A process that ends leaves what waits to be submitted by resume`() async throws {
        try await withWaitingJob { test, runner, waiting in
            runner.leaveJobs()
            waiting.cancel()
            await #expect(throws: GenerationError.self) { try await waiting.value }
            let left = try await states(test)
            #expect(left == [.intent, .submitted])
        }
    }

    @Test @LoopActor
    func `Resume keeps to the limit and counts what fal has`() async throws {
        let slow = configuration { $0.runTime = .milliseconds(10) }
        try await AbandonedJobs.with([], slow) { test in
            for number in 0..<12 { try await test.leave(.intent, id: "job\(number)") }
            let request = try await test.client.submit(
                test.order().endpoint, arguments: test.order().arguments)
            try await test.leave(.submitted(request), id: "sent")
            try await test.die()
            let jobs = try await test.recover(pacing: Pacing(jobsInFlight: 2)).jobs
            #expect(jobs.count == 13 && jobs.allSatisfy { $0.job.state.name == .completed })
            #expect(test.simulator.counters().submits == 13)
            #expect(test.simulator.counters().mostOpen <= 3, "one was there before")
        }
    }
}
