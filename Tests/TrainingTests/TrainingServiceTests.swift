import EventLoop
import FalClient
import Foundation
import Generation
import JSON
import Simulator
import Store
import Testing

@testable import Training

/// Photos in, an avatar out, against a simulator over real sockets and with a real database.
@Suite(.timeLimit(.minutes(3))) @LoopActor
struct TrainingServiceTests {
    @Test func `a portrait is trained and can be drawn`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            var request = try test.request()
            request.keepsFile = true
            let plan = try await process.service.plan(request)
            #expect(plan.avatarID == "anna" && plan.trainer.id == "fal-ai/flux-lora-portrait-trainer")
            #expect(plan.estimate == .unknown(.noPrice))
            let events = Locked<[String]>([])
            let done = try await process.service.train(plan) { event in
                if case .line(_, let progress?) = event { events.withLock { $0.append("\(progress.percent)") } }
            }
            #expect(done.avatar.status == "completed" && done.avatar.triggerPhrase == "TOK_Anna")
            let url = try #require(done.avatar.diffusersLoraFileURL)
            #expect(url.hasPrefix(test.simulator.baseURL) && done.avatar.finetuneID == nil)
            #expect(events.withLock { $0.last } == "100")
            #expect(done.job.order.arguments["steps"] == 100)
            #expect(try TrainedAvatar(done.avatar).model == .lora(url: url))
            let file = try #require(done.file)
            #expect(file.hasSuffix("/models/\(try PhotoArchive.digest(of: file)).safetensors"))
            #expect(try await process.avatar("anna") == done.avatar)
            // The archive was for the upload only.
            #expect(!test.folder.namesBelow("data/uploads").contains { $0.hasSuffix(".zip") })
        }
    }

    @Test func `a style avatar of the trainer that is alive is drawn with its file`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            let plan = try await process.service.plan(try test.request(.style, name: "Noir"))
            #expect(plan.estimate.amount == Dollars(nanos: 1_000_000_000))
            let done = try await process.service.train(plan)
            #expect(done.avatar.triggerWord == "TOK_Noir" && done.avatar.finetuneID == nil)
            #expect(done.job.order.arguments["is_style"] == true)
            let subject = try TrainedAvatar(done.avatar)
            #expect(subject.type == .style && subject.model == .lora(url: done.avatar.diffusersLoraFileURL ?? ""))
            #expect(done.job.cost.price == Dollars(nanos: 1_000_000_000))
        }
    }

    @Test func `the deprecated trainer works where it is still there, and its error says so where it is not`()
        async throws
    {
        try await TestTraining.with { test in
            let process = try test.process()
            var request = try test.request(.style, name: "Noir")
            request.endpoint = Trainer.pro.id
            let plan = try await process.service.plan(request)
            #expect(plan.findings.contains { $0.code == .deprecatedTrainer && $0.level == .note })
            let done = try await process.service.train(plan)
            #expect(done.avatar.finetuneID?.isEmpty == false && done.avatar.diffusersLoraFileURL == nil)
            #expect(done.avatar.triggerWord == "TOK_Noir")
            test.simulator.order(try Fault(parsing: "job:no-longer-supported"))
            request.avatarID = "second"
            let other = try await process.service.plan(request)
            let error = await generationError { () throws(GenerationError) in _ = try await process.service.train(other)
            }
            #expect(error?.message(in: .english).contains("fal-ai/flux-lora-fast-training trains styles") == true)
            #expect(try await process.avatar("second")?.status == "error")
        }
    }

    @Test func `the same photos are uploaded once, and anew when fal has them no more`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            _ = try await process.service.train(try await process.service.plan(try test.request()))
            let uploads = test.simulator.counters()[.upload]
            #expect(uploads > 0)
            var second = try test.request(name: "Second")
            _ = try await process.service.train(try await process.service.plan(second))
            #expect(test.simulator.counters()[.upload] == uploads)
            // Gone: the record names a file that is not there.
            let name = try #require(test.folder.namesBelow("data/uploads").first { $0.hasSuffix(".json") })
            try test.folder.add(
                "data/uploads/\(name)",
                #"{"url":"\#(test.simulator.baseURL)/files/b/00000000-0000-0000-0000-000000000000/photos.zip","uploaded":"2026-01-01T00:00:00Z"}"#
            )
            second.name = "Third"
            _ = try await process.service.train(try await process.service.plan(second))
            #expect(test.simulator.counters()[.upload] > uploads)
        }
    }

    @Test func `the same call again pays nothing, another one for the avatar is refused`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            let request = try test.request()
            let first = try await process.service.train(try await process.service.plan(request))
            let again = try await process.service.train(try await process.service.plan(request))
            #expect(again.isEarlier && !first.isEarlier && again.avatar == first.avatar && again.job.id == first.job.id)
            var other = request
            other.overrides = ["steps": 200]
            let plan = try await process.service.plan(other)
            let error = await generationError { () throws(GenerationError) in _ = try await process.service.train(plan)
            }
            #expect(error?.message(in: .english).contains("anna is trained already") == true)
            #expect(test.simulator.counters().submits == 1)
        }
    }

    @Test func `calls side by side with one key are one training`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            var request = try test.request()
            request.key = try JobKey("order-17")
            let plan = try await process.service.plan(request)
            let calls = (0..<3).map { _ in LoopActor.spawn { try await process.service.train(plan) } }
            var done: [FinishedTraining] = []
            for call in calls { done.append(try await call.value) }
            #expect(Set(done.map(\.job.id)).count == 1 && done.allSatisfy { $0.avatar == done[0].avatar })
            #expect(done[0].avatar.status == "completed")
            #expect(test.simulator.counters().submits == 1)
        }
    }

    @Test func `a training that failed raises its error again, unless it is to be tried anew`() async throws {
        try await TestTraining.with(["job:failed"]) { test in
            let process = try test.process()
            var request = try test.request()
            request.key = try JobKey("order-17")
            for _ in 0..<2 {
                let plan = try await process.service.plan(request)
                let error = await generationError { () throws(GenerationError) in
                    _ = try await process.service.train(plan)
                }
                #expect(error?.code == .serverError, "\(String(describing: error))")
            }
            #expect(test.simulator.counters().submits == 1)
            request.key = try JobKey("order-17", retriesFailed: true)
            let done = try await process.service.train(try await process.service.plan(request))
            #expect(done.avatar.status == "completed" && !done.isEarlier)
            #expect(try await process.ledger.jobs(JobFilter(key: "order-17")).map(\.id) == [done.job.id])
            #expect(test.simulator.counters().submits == 2)
        }
    }

    @Test func `an output without the file is malformed, and nothing is made up`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            let job = Job(
                id: "a", run: process.runner.run.id, order: try Self.order(.lora), created: .now, updated: .now,
                state: .submitting)
            try await process.avatars.save([
                Avatar(id: "anna", name: "Anna", trainingType: "portrait", status: "training", triggerPhrase: "TOK")
            ])
            try await process.ledger.add(job, in: process.runner.run)
            for output in [
                "{}", #"{"diffusers_lora_file":{}}"#, #"{"diffusers_lora_file":{"url":""}}"#,
                #"{"diffusers_lora_file":{"url":"weights.safetensors"}}"#, #"{"finetune_id":"x"}"#, "null",
            ] {
                var done = job
                done.state = .completed(
                    try Self.request(), JobOutput(output: try JSONValue(parsing: output), billableUnits: nil))
                let remark = try await process.service.settlement.settle(done)
                #expect(remark?.contains("no diffusers_lora_file") == true, "\(output)")
                let avatar = try #require(try await process.avatar("anna"))
                #expect(avatar.status == "error" && avatar.diffusersLoraFileURL == nil && avatar.finetuneID == nil)
            }
        }
    }

    static func order(_ product: Trainer.Product) throws -> JobOrder {
        var order = JobOrder(
            endpoint: try EndpointID(Trainer.portrait.id), arguments: [:], options: JobOptions(timeout: .seconds(60)),
            subject: nil)
        order.training = JobOrder.Training(
            avatarID: "anna", product: product.rawValue, preset: "balanced", archive: "0", photos: 4, keepsFile: false)
        return order
    }

    static func request() throws -> QueueRequest {
        QueueRequest(
            endpoint: try EndpointID(Trainer.portrait.id), requestID: "r", statusURL: "", responseURL: "", cancelURL: ""
        )
    }

    @Test func `what fal refuses is the avatar's error`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            var request = try test.request(.style, name: "Noir")
            // An archive without photos: the linter is asked for a trainer that would take it.
            request.photos = [try test.folder.add("one.zip", try test.folder.emptyZip())]
            let plan = try await process.service.plan(request)
            #expect(plan.errors.map(\.code) == [.tooFewPhotos])
            let error = await generationError { () throws(GenerationError) in _ = try await process.service.train(plan)
            }
            #expect(error?.code.rawValue == "validation" && test.simulator.counters().total == 0)
            #expect(try await process.avatar("noir") == nil)
            test.simulator.order(try Fault(parsing: "job:model-error"))
            let good = try await process.service.plan(try test.request(name: "Eva"))
            let refused = await generationError { () throws(GenerationError) in
                _ = try await process.service.train(good)
            }
            #expect(refused != nil)
            #expect(try await process.avatar("eva")?.status == "error")
        }
    }

    @Test func `a budget, a missing key and test mode refuse before fal has a job`() async throws {
        try await TestTraining.with { test in
            let style = try test.request(.style, name: "Noir")
            let cases: [(TestTraining.Process, String)] = [
                (try test.process(budget: Budget(perRun: Dollars(nanos: 500_000_000))), "budget_exceeded"),
                (try test.process(testMode: true), "validation"), (try test.process(key: nil), "missing_api_key"),
            ]
            for (process, code) in cases {
                let plan = try await process.service.plan(style)
                let error = await generationError { () throws(GenerationError) in
                    _ = try await process.service.train(plan)
                }
                #expect(error?.code.rawValue == code)
            }
            #expect(test.simulator.counters().submits == 0)
        }
    }

    @Test func `a call that cannot be meant is refused with what to do`() async throws {
        try await TestTraining.with { test in
            let process = try test.process()
            let good = try test.request()
            let cases: [(String, String, @Sendable (inout TrainingRequest) -> Void)] = [
                (
                    "endpoint", "did you mean fal-ai/flux-lora-portrait-trainer?",
                    { $0.endpoint = "fal-ai/flux-lora-portrait-trainr" }
                ),
                ("endpoint", "no trainer of portrait avatars", { $0.endpoint = Trainer.pro.id }),
                ("trigger", "a trigger is a word", { $0.trigger = " " }),
                ("name", "at least one letter", { $0.name = "" }),
                ("avatar_id", "no id can be made", { $0.name = "!!!" }), ("photos", "no photos", { $0.photos = [] }),
            ]
            for (field, words, change) in cases {
                var request = good
                change(&request)
                let asked = request
                let error = await generationError { () throws(GenerationError) in
                    _ = try await process.service.plan(asked)
                }
                guard case .fal(let fault)? = error else { Issue.record("\(field)"); continue }
                #expect(fault.field == field && fault.message.contains(words), "\(fault.message)")
            }
        }
    }
}

extension TrainingFolder {
    func namesBelow(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }

    /// An end record alone.
    func emptyZip() throws -> [UInt8] { [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18) }
}
