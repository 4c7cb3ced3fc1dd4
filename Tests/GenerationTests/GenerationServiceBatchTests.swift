import EventLoop
import Generation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct GenerationServiceBatchTests {
    private func run(
        _ test: TestService, _ prompts: [String], avatar: String = "anna", overrides: JSONObject = [:],
        concurrency: Int = 8
    ) async throws(GenerationError) -> [Result<GenerationResult, GenerationError>] {
        try await test.service.generateMany(
            avatar: .id(avatar), prompts: prompts, overrides: overrides, concurrency: concurrency)
    }

    @Test
    func `There is one entry for each prompt, in their order`() async throws {
        let test = try await TestService.make()
        let prompts = ["one", "", "break the rule", "four"]
        let entries = try await run(test, prompts, concurrency: 2)
        #expect(entries.map { (try? $0.get())?.prompt } == ["TOK woman, one", nil, nil, "TOK woman, four"])
        guard case .failure(let empty) = entries[1], case .failure(let broken) = entries[2] else {
            Issue.record("both must fail")
            return
        }
        #expect(empty.code == .invalidPrompt)
        #expect(broken.code == .ruleFailed)
        #expect(test.transport.submitted.count == 2)
    }

    @Test(arguments: [1, 3, 100])
    func `No more than the limit run at once`(limit: Int) async throws {
        let test = try await TestService.make()
        let prompts = (1...40).map { "prompt \($0)" }
        let entries = try await run(test, prompts, concurrency: limit)
        #expect(try entries.map { try $0.get().prompt } == prompts.map { "TOK woman, \($0)" })
        #expect((1...limit).contains(test.transport.mostAtOnce))
        if limit > 1 { #expect(test.transport.mostAtOnce > 1) }
    }

    @Test
    func `Faults of avatar, config and key are thrown before anything is sent`() async throws {
        let test = try await TestService.make()
        await #expect(throws: GenerationError.self) { try await run(test, ["a"], avatar: "draft") }
        await #expect(throws: GenerationError.self) { try await run(test, ["a"], overrides: ["sed": 1]) }
        #expect(test.transport.submitted.isEmpty)
        let keyless = try await TestService.make(key: nil)
        let error = await #expect(throws: GenerationError.self) { try await run(keyless, ["a"]) }
        #expect(error?.code == .missingAPIKey)
    }

    @Test
    func `No prompts give no entries`() async throws {
        #expect(try await run(TestService.make(), []).isEmpty)
    }

    @Test
    func `A cancelled batch starts nothing more and still has all entries`() async throws {
        let test = try await TestService.make()
        let batch = LoopActor.spawn {
            try await run(test, (1...100).map { "prompt \($0)" }, concurrency: 2)
        }
        test.transport.onSubmit = { batch.cancel() }
        let entries = try await batch.value
        #expect(entries.count == 100)
        #expect(test.transport.submitted.count <= 2)
        guard case .failure(let last) = entries[99] else {
            Issue.record("the last entry must have failed")
            return
        }
        #expect(last.code == .cancelled)
    }
}
