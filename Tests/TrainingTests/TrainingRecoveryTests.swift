import EventLoop
import FalClient
import Generation
import JSON
import Simulator
import Store
import Testing

@testable import Training

/// Trainings whose process ended at every stage, taken up by another one.
@Suite(.timeLimit(.minutes(3))) @LoopActor
struct TrainingRecoveryTests {
    private func recover(_ process: TestTraining.Process) async throws -> [RecoveredJob] {
        var recovery = JobRecovery(
            client: process.client, ledger: process.ledger, runner: process.runner, options: .init()
        ) { (_) throws(GenerationError) in throw .cancelled }
        recovery.trainings = process.service.settlement
        let told = Locked<[RecoveredJob]>([])
        _ = try await recovery.recover(run: nil) { job in told.withLock { $0.append(job) } }
        return told.withLock { $0 }
    }

    /// A process that submits a training and ends without a word.
    private func leave(_ test: TestTraining, _ request: TrainingRequest) async throws -> String {
        let process = try test.process()
        let begun = try await process.service.begin(try await process.service.plan(request))
        let id = try #require(begun.request?.requestID)
        try await process.ledger.close()
        return id
    }

    private static let slow = {
        var configuration = SimulatorConfiguration()
        configuration.trainTime = .milliseconds(300)
        return configuration
    }()

    @Test func `a training that nobody waits for is brought to its end`() async throws {
        try await TestTraining.with([], Self.slow) { test in
            var request = try test.request()
            request.keepsFile = true
            let id = try await leave(test, request)
            let process = try test.process()
            let jobs = try await recover(process)
            #expect(jobs.count == 1 && jobs.first?.job.state.name == .completed && jobs.first?.remark == nil)
            #expect(jobs.first?.job.state.request?.requestID == id)
            let avatar = try #require(try await process.avatar("anna"))
            #expect(avatar.status == "completed" && avatar.diffusersLoraFileURL?.contains(id) == true)
            #expect(avatar.triggerPhrase == "TOK_Anna")
            #expect(process.service.settlement.file(of: avatar) != nil)
            #expect(test.simulator.counters().submits == 1)
        }
    }

    @Test func `the same call joins a training whose process is gone`() async throws {
        try await TestTraining.with([], Self.slow) { test in
            let request = try test.request()
            _ = try await leave(test, request)
            let process = try test.process()
            let done = try await process.service.train(try await process.service.plan(request))
            #expect(done.isEarlier && done.avatar.status == "completed")
            #expect(test.simulator.counters().submits == 1)
        }
    }

    @Test func `a process that lives keeps its training to itself`() async throws {
        try await TestTraining.with([], Self.slow) { test in
            let request = try test.request()
            let first = try test.process()
            let begun = try await first.service.begin(try await first.service.plan(request))
            let second = try test.process()
            let plan = try await second.service.plan(request)
            let error = await generationError { () throws(GenerationError) in _ = try await second.service.train(plan) }
            #expect(error?.message(in: .english).contains("in training already") == true)
            #expect(try await first.service.finish(begun).avatar.status == "completed")
            #expect(test.simulator.counters().submits == 1)
        }
    }

    @Test func `an avatar whose job ended before its row was written is brought up to date`() async throws {
        try await TestTraining.with { test in
            let request = try test.request()
            let id = try await leave(test, request)
            // The job's end is in the ledger; the process did not come to the avatar.
            let other = try test.process()
            let job = try #require(try await other.ledger.jobs(JobFilter(trainsAvatars: true)).first)
            let submitted = SubmittedJob(
                id: job.id, request: try #require(job.state.request), cost: job.cost, order: job.order,
                created: job.created)
            _ = try await other.runner.result(of: submitted, deadline: .now + .seconds(30))
            #expect(try await other.avatar("anna")?.status == "ready_for_training")
            let settled = try await other.service.settlement.settleEnded()
            #expect(settled.map(\.avatar.status) == ["completed"])
            #expect(try await other.avatar("anna")?.diffusersLoraFileURL?.contains(id) == true)
            #expect(try await other.service.settlement.settleEnded().isEmpty)
        }
    }

    @Test func `a cancelled task cancels the training at fal`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.trainTime = .seconds(60)
        try await TestTraining.with([], configuration) { test in
            let process = try test.process()
            let plan = try await process.service.plan(try test.request())
            let begun = try await process.service.begin(plan)
            let waiting = LoopActor.spawn { try await process.service.finish(begun) }
            while test.simulator.counters()[.stream] == 0 { try await LoopActor.sleep(for: .milliseconds(5)) }
            waiting.cancel()
            await #expect(throws: GenerationError.self) { try await waiting.value }
            #expect(test.simulator.counters().cancels == 1)
            #expect(try await process.avatar("anna")?.status == "cancelled")
        }
    }

    @Test func `a process that is told to end leaves its training at fal`() async throws {
        try await TestTraining.with([], Self.slow) { test in
            let process = try test.process()
            let begun = try await process.service.begin(try await process.service.plan(try test.request()))
            let waiting = LoopActor.spawn { try await process.service.finish(begun) }
            while test.simulator.counters()[.stream] == 0 { try await LoopActor.sleep(for: .milliseconds(5)) }
            process.runner.leaveJobs()
            waiting.cancel()
            await #expect(throws: GenerationError.self) { try await waiting.value }
            #expect(try await process.avatar("anna")?.status == "training")
            try await process.ledger.close()
            let next = try test.process()
            #expect(try await recover(next).first?.job.state.name == .completed)
            #expect(try await next.avatar("anna")?.status == "completed")
            #expect(test.simulator.counters().submits == 1 && test.simulator.counters().cancels == 0)
        }
    }
}
