import FalClient
import Generation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct GenerationErrorTests {
    /// At least one error for every code.
    private static let samples: [GenerationError] =
        [
            .avatarNotFound(id: "anna", nearest: nil), .avatarArchived(id: "anna"),
            .avatarNotTrained(id: "anna", status: "training"),
            .loraFileMissing(id: "anna"), .finetuneIDMissing(id: "anna"),
            .unknownTrainingType(id: "anna", type: "hologram"),
            .invalidAvatars([AvatarProblem(.element(3), field: "name", fault: .missing)], file: "a.json"),
            .unreadableAvatars(reason: "not JSON", file: nil),
            .unknownPreset(name: "x", nearest: nil, known: [], folder: "presets"),
            .unknownPreset(name: "x", nearest: "y", known: ["y"], folder: "presets"),
            .brokenPreset(file: "presets/x.lua", fault: .other("line 3: '}' expected")),
            .invalidConfig([ConfigProblem(key: "sed", origin: .call, fault: .unknownKey(nearest: "seed"))]),
            .invalidPrompt(.empty), .invalidPrompt(.tooLong(bytes: 9, limit: 8)), .invalidPrompt(.notUTF8(offset: 2)),
            .ruleFailed(rule: "10.lua:3", fault: .other("boom")), .missingAPIKey,
            .noImages(endpoint: "a/b", requestID: "r"), .malformedOutput(endpoint: "a/b", requestID: nil, reason: "x"),
            .budgetExceeded(refusal(.tooMuch(needed: Dollars(nanos: 65_000_000), spent: .zero, reserved: .zero))),
            .budgetExceeded(refusal(.unknownCost(.noPrice))), .budgetExceeded(refusal(.notRecorded)),
        ] + FalError.Code.allCases.map { .fal(FalError($0, "what happened", requestID: "r-1")) }
        + [
            .cannotCreateFolder(reason: "x"), .cannotOpen(reason: "x"), .notADatabase, .damaged, .foreign,
            .newer(found: 9, known: 1), .readOnly, .full, .busy, .other(reason: "x"),
        ].map { .storage(path: "/x/falhost.db", $0) }

    @Test func `every code has an error, an exit code and a sentence in both languages`() {
        #expect(Set(Self.samples.map(\.code)) == Set(GenerationError.Code.allCases))
        for error in Self.samples {
            let english = error.message(in: .english)
            let russian = error.message(in: .russian)
            #expect(!english.isEmpty && !english.contains("\n"))
            #expect(english != russian)
            #expect(russian.unicodeScalars.contains { ("а"..."я").contains($0) }, "\(russian)")
            #expect(!english.unicodeScalars.contains { ("а"..."я").contains($0) }, "\(english)")
            #expect([4, 65, 69, 74, 75, 77, 130].contains(error.exitCode))
        }
    }

    @Test func `the codes are those of the contract`() {
        #expect(
            GenerationError.Code.allCases.map(\.rawValue) == [
                "avatar_not_found", "avatar_not_trained", "lora_file_missing", "finetune_id_missing",
                "unknown_training_type", "unknown_preset", "invalid_config", "invalid_prompt", "rule_failed",
                "missing_api_key", "unauthorized", "billing", "endpoint_not_found", "validation",
                "content_policy_violation", "rate_limited", "server_error", "timeout", "network", "submit_unknown",
                "malformed_response", "no_images", "expired", "cancelled", "budget_exceeded", "storage",
            ])
    }

    @Test func `Russian messages have the guide's phrases`() {
        func russian(_ error: GenerationError) -> String { error.message(in: .russian) }
        #expect(russian(.avatarNotFound(id: "a1", nearest: nil)) == "Аватар a1 не найден")
        #expect(russian(.avatarNotTrained(id: "a1", status: "training")).hasPrefix("Аватар a1 не обучен"))
        #expect(russian(.loraFileMissing(id: "a1")).contains("LoRA файл не найден"))
        #expect(russian(.finetuneIDMissing(id: "a1")).contains("Finetune ID не найден"))
    }

    private static func refusal(_ reason: BudgetRefusal.Reason) -> BudgetRefusal {
        BudgetRefusal(endpoint: "a/b", period: .run, limit: Dollars(nanos: 5_000_000_000), reason: reason)
    }

    @Test func `a budget's refusal says what was left, or what to do about an unknown price`() {
        let spent = Dollars(nanos: 4_970_000_000)
        let needed = Dollars(nanos: 65_000_000)
        let tooMuch = GenerationError.budgetExceeded(
            Self.refusal(.tooMuch(needed: needed, spent: spent, reserved: .zero)))
        #expect(
            tooMuch.message(in: .english)
                == "the budget of $5.00 for this run does not allow another $0.065: $4.97 is spent")
        #expect(
            tooMuch.details == ["period": "run", "limit": 5.0, "needed": 0.065, "spent": 4.97, "reserved": 0.0])
        #expect(tooMuch.endpoint == "a/b")
        let unknown = GenerationError.budgetExceeded(Self.refusal(.unknownCost(.noPrice)))
        #expect(unknown.message(in: .english).contains("--assume-price"))
    }

    @Test func `a script sees what is known and no more`() {
        let error = GenerationError.fal(
            FalError(
                .rateLimited, "too many requests", requestID: "r", endpoint: "a/b", status: 429, field: "prompt",
                details: "slow down", retryable: true))
        #expect(
            error.json(in: .english) == [
                "code": "rate_limited", "kind": "runtime", "message": "too many requests", "request_id": "r",
                "endpoint": "a/b", "status": 429, "field": "prompt", "details": "slow down", "retryable": true,
            ])
        #expect(error.exitCode == 75)
        #expect(
            GenerationError.missingAPIKey.json(in: .russian).names == ["code", "kind", "message", "retryable"])
    }
}
