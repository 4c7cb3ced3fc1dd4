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

    @Test func `an upload that was cut off goes on with the parts that are missing`() async throws {
        try await TestTraining.with(["upload:late:ms=100:times=always"]) { test in
            test.clientSettings.multipartThreshold = 1000
            test.clientSettings.parallelParts = 1
            test.clientSettings.partSize = 2048
            let request = try test.request()
            let first = try test.process()
            let plan = try await first.service.plan(request)
            let training = LoopActor.spawn { try await first.service.train(plan) }
            while test.simulator.counters()[.upload] < 5 { try await LoopActor.sleep(for: .milliseconds(5)) }
            first.runner.leaveJobs()
            training.cancel()
            await #expect(throws: GenerationError.self) { try await training.value }
            #expect(try await first.avatar("anna")?.status == "photos_uploading")
            try await first.ledger.close()
            let before = test.simulator.counters()[.upload]
            let second = try test.process()
            let counted = Locked<Int?>(nil)
            let done = try await second.service.train(try await second.service.plan(request)) { event in
                if case .uploadedParts(_, let count) = event { counted.withLock { $0 = count } }
            }
            #expect(done.avatar.status == "completed")
            let parts = try #require(counted.withLock { $0 })
            // Not begun anew: the first three parts are there, and only the completion is no part.
            #expect(test.simulator.counters()[.upload] - before <= parts - 3 + 1)
            #expect(parts > 6 && test.simulator.counters().submits == 1)
        }
    }

    @Test func `a process that is told to end leaves its training at fal`() async throws {
        var configuration = SimulatorConfiguration()
        // Longer than a busy machine takes to see the job and to cancel who waits for it.
        configuration.trainTime = .seconds(5)
        try await TestTraining.with([], configuration) { test in
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
