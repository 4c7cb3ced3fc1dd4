import EventLoop
import FalClient
import Generation
import JSON
import Store
import Testing

/// What the ledger holds after a generation, over a real database and a recorded transport.
@Suite(.timeLimit(.minutes(5)))
struct JobRunnerTests {
    @Test @LoopActor
    func `A generation leaves its job with what was asked, sent and made`() async throws {
        let test = try await TestService.make()
        let result = try await test.generate("anna", "by the sea", ["preset": "portrait"])
        let job = try #require(try await test.ledger.job(result.jobID))
        #expect(job.order.endpoint.description == "fal-ai/flux-lora")
        #expect(job.order.arguments == result.arguments)
        let rules = [SourceHash(path: "scripts/rules/20_trigger.lua", sha256: "5ca1ab1e")]
        #expect(
            job.order.subject
                == .init(
                    avatarID: "anna", preset: "portrait", prompt: "by the sea", overrides: ["preset": "portrait"],
                    sources: RequestSources(preset: [], rules: rules)))
        guard case .completed(let request, let output) = job.state else {
            Issue.record("\(job.state)")
            return
        }
        #expect(request.requestID == result.requestID)
        #expect(output.output["images"]?.arrayValue?.first?["url"]?.stringValue == result.url)
    }

    @Test @LoopActor
    func `Nothing is sent when the ledger cannot be written`() async throws {
        let test = try await TestService.make()
        let client = FalClient(transport: test.transport, credentials: try FalCredentials("id:secret"))
        let jobs = JobRunner(
            client: client, ledger: LedgerDatabase(path: "/dev/null/falhost.db"),
            run: Run(id: Run.newID(), started: .now, script: "test", server: client.hosts.queue),
            logger: test.service.settings.logger)
        let order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"), arguments: ["prompt": "x"],
            options: JobOptions(timeout: .seconds(60)), subject: nil)
        let error = await #expect(throws: GenerationError.self) { try await jobs.perform(order) }
        #expect(error?.code == .storage)
        #expect(test.transport.submitted.isEmpty)
    }

    @Test @LoopActor
    func `Test mode leaves no job`() async throws {
        let test = try await TestService.make(testMode: true)
        _ = try await test.generate()
        #expect(try await test.ledger.jobs(JobFilter()).isEmpty)
    }

    @Test(
        arguments: [
            (FalError(.submitUnknown, "lost"), Job.State.Name.unknown), (FalError(.network, "refused"), .failed),
            (FalError(.cancelled, "by the caller"), .cancelled), (FalError(.validation, "bad"), .failed),
        ])
    func `A submit that failed says whether fal may have the job`(error: FalError, state: Job.State.Name) {
        #expect(Job.State(failedSubmit: error).name == state)
    }

    @Test func `A wait that ends without a word of fal leaves the job to be collected`() throws {
        let request = QueueRequest(
            endpoint: try EndpointID("a/b"), requestID: "r", statusURL: "s", responseURL: "r", cancelURL: "c")
        func state(_ error: FalError) -> Job.State.Name? { Job.State(ending: request, with: error)?.name }
        #expect(state(FalError(.network, "cut")) == nil)
        #expect(state(FalError(.unauthorized, "the key was changed")) == nil)
        #expect(state(FalError(.serverError, "what asks for the result is broken")) == nil)
        #expect(state(FalError(.expired, "gone")) == .expired)
        var cancelled = FalError(.cancelled, "")
        cancelled.cancelOutcome = .removed
        #expect(state(cancelled) == .cancelled)
        cancelled.cancelOutcome = .alreadyCompleted
        #expect(state(cancelled) == nil, "it was too late: the result is paid for")
    }
}
