import EventLoop
import FalClient
import Generation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct GenerationServiceTests {
    // MARK: Checks

    @Test(
        arguments: [
            ("nobody", "", "avatar_not_found"), ("draft", "", "avatar_not_trained"),
            ("no-type", "", "unknown_training_type"), ("no-lora", "", "lora_file_missing"),
            ("no-finetune", "", "finetune_id_missing"), ("anna", " \u{2003}\n", "invalid_prompt"),
        ])
    func `The first fault in the guide's order is told, and nothing is sent`(
        id: String, prompt: String, code: String
    ) async throws {
        let test = try await TestService.make(key: nil)
        // Everything after the fault in question is wrong too: prompt, preset and key.
        let error = await test.failure(id, prompt, ["preset": "none", "sed": 1])
        #expect(error?.code.rawValue == code)
        #expect(error?.kind == .value)
        #expect(test.transport.submitted.isEmpty)
    }

    @Test
    func `After the prompt come preset, config, rules and key`() async throws {
        let test = try await TestService.make(key: nil)
        let broken = "break the rule"
        #expect(await test.failure("anna", broken, ["preset": "none", "sed": 1])?.code == .unknownPreset)
        #expect(await test.failure("anna", broken, ["sed": 1])?.code == .invalidConfig)
        #expect(await test.failure("anna", broken)?.code == .ruleFailed)
        #expect(await test.failure("anna", "fine")?.code == .missingAPIKey)
        #expect(test.transport.submitted.isEmpty)
    }

    @Test
    func `An unknown avatar's error names the nearest one`() async throws {
        let test = try await TestService.make()
        let error = await test.failure("ana")
        #expect(error?.message(in: .english) == "avatar ana not found; did you mean anna?")
    }

    @Test
    func `A prompt may have 8192 bytes and no more`() async throws {
        let test = try await TestService.make()
        _ = try await test.generate("anna", String(repeating: "я", count: 4096))
        let error = await test.failure("anna", String(repeating: "я", count: 4096) + "!")
        #expect(error?.message(in: .english) == "the prompt is too long: 8193 bytes, at most 8192 are allowed")
    }

    @Test
    func `Rules may make a prompt twice as long as the caller may`() async throws {
        let test = try await TestService.make()
        #expect(try await test.generate("anna", "repeat to 16384").prompt.utf8.count == 16384)
        let error = await test.failure("anna", "repeat to 16385")
        #expect(error?.code == .ruleFailed)
        #expect(error?.message(in: .english).contains("16385 bytes, at most 16384") == true)
    }

    @Test
    func `A rule that leaves no prompt is at fault itself`() async throws {
        let test = try await TestService.make()
        let error = await test.failure("anna", "erase me")
        #expect(error?.message(in: .english) == "rule 20_trigger.lua failed: the prompt is empty")
    }

    // MARK: Results

    @Test
    func `The result has what was sent and what came back`() async throws {
        let test = try await TestService.make()
        let result = try await test.generate("anna", "a portrait", ["seed": 0, "quality": "portrait"])
        #expect(result.url == "https://v3.fal.media/one.jpg")
        #expect(result.prompt == "TOK woman, a portrait")
        #expect(result.endpoint == "fal-ai/flux-lora")
        #expect(result.requestID == "request-1")
        #expect(result.seed == 42)
        #expect(result.billableUnits == 1.5)
        #expect(!result.simulated)
        #expect(result.duration >= 0)
        #expect(result.arguments["seed"] == 0)
        #expect(try test.sent() == result.arguments)
        #expect(result.json["images"]?.arrayValue?.first?["has_nsfw_concepts"] == false)
        #expect(result.metrics["preset"] == "portrait")
    }

    @Test
    func `All pictures come back, each with its own flag`() async throws {
        let transport = RecordedTransport { _ in
            [
                "images": [["url": "https://a/1"], ["url": "https://a/2", "content_type": "image/png"]],
                "has_nsfw_concepts": [true, false], "simulated": true,
            ]
        }
        let result = try await TestService.make(transport).generate("anna", "two", ["num_images": 2])
        #expect(result.urls == ["https://a/1", "https://a/2"])
        #expect(result.images.map(\.hasNSFWConcepts) == [true, false])
        #expect(result.simulated)
        #expect(result.seed == result.arguments["seed"]?.integerValue, "fal did not tell another")
    }

    @Test(
        arguments: [
            (#"{"images": []}"#, "no_images"), (#"{"seed": 1}"#, "no_images"), (#"{"images": null}"#, "no_images"),
            (#"{"images": [{"width": 1}]}"#, "malformed_response"), (#"{"images": "x"}"#, "malformed_response"),
            (#"{"images": [{"url": ""}]}"#, "malformed_response"), ("[]", "malformed_response"),
        ])
    func `Output without pictures is an error with the request id`(output: String, code: String) async throws {
        let value = try JSONValue(parsing: output)
        let test = try await TestService.make(RecordedTransport { _ in value })
        let error = await test.failure()
        #expect(error?.code.rawValue == code)
        #expect(error?.kind == .runtime)
        #expect(error?.requestID == "request-1")
        #expect(error?.endpoint == "fal-ai/flux-lora")
        #expect(error?.exitCode == 69)
    }

    @Test
    func `What fal refuses keeps its code and status`() async throws {
        let transport = RecordedTransport(refusal: (401, #"{"detail":"No user found for Key ID and Secret"}"#))
        let test = try await TestService.make(transport)
        let error = await test.failure()
        #expect(error?.code == .unauthorized)
        #expect(error?.status == 401)
        #expect(error?.exitCode == 77)
        #expect(error?.message(in: .russian).hasPrefix("FAL не принял ключ: ") == true)
        #expect(test.log.lines.last?.hasPrefix("[FAL AI] Generation failed for avatar anna: ") == true)
    }

    // MARK: Test mode

    @Test
    func `Test mode sends nothing, needs no key and gives the same addresses for the same call`() async throws {
        let test = try await TestService.make(testMode: true, key: nil)
        let overrides: JSONObject = ["preset": "portrait", "num_images": 2, "seed": 0]
        let first = try await test.generate("anna", "a portrait", overrides)
        let second = try await test.generate("anna", "a portrait", overrides)
        #expect(test.transport.submitted.isEmpty)
        #expect(first.urls == second.urls)
        #expect(Set(first.urls).count == 2)
        #expect(
            first.url == "https://picsum.photos/768/1024?random=anna&type=portrait&prompt=2028143467")
        #expect(first.simulated)
        #expect(first.seed == 0)
        #expect(first.requestID == nil)
        #expect(first.jobID != second.jobID)
        #expect(await test.failure("anna", "")?.code == .invalidPrompt)
        #expect(test.service.isAvailable)
    }

    @Test
    func `Test mode encodes the avatar's id`() async throws {
        var avatar = try #require(Avatar.samples["noir"])
        avatar.id = "нуар &1"
        let test = try await TestService.make(avatars: [avatar], testMode: true)
        let result = try await test.generate(avatar.id, "x", ["preset": "ultra"])
        let start = "https://picsum.photos/2048/2048?random=%D0%BD%D1%83%D0%B0%D1%80%20%261&type=style&prompt="
        #expect(result.url.hasPrefix(start))
    }

    // MARK: Log

    @Test
    func `The log has the guide's lines with the exact arguments`() async throws {
        let test = try await TestService.make(language: .russian)
        _ = try await test.generate("anna", "a", ["seed": 1])
        _ = try await test.generate("noir", "b", ["preset": "ultra", "seed": 2])
        #expect(
            test.log.lines == [
                "[FAL AI] Генерация с LoRA для аватара anna: "
                    + #"{"prompt":"TOK woman, a","loras":[{"path":"https://v3.fal.media/files/anna.safetensors","#
                    + #""scale":1.0}],"image_size":"square_hd","num_inference_steps":28,"guidance_scale":3.5,"seed":1}"#,
                "[FAL AI] LoRA генерация завершена: https://v3.fal.media/one.jpg",
                "[FAL AI] Генерация с finetune для аватара noir: "
                    + #"{"prompt":"NOIRSTYLE, b","finetune_id":"ft-noir","finetune_strength":1.1,"aspect_ratio":"1:1","#
                    + #""seed":2}"#,
                "[FAL AI] Finetune генерация завершена: https://v3.fal.media/one.jpg",
            ])
    }

    @Test(arguments: [(Language.russian, "Симуляция генерации завершена"), (.english, "Simulated generation finished")])
    func `Test mode has its own line`(language: Language, words: String) async throws {
        let test = try await TestService.make(testMode: true, language: language)
        let result = try await test.generate()
        #expect(test.log.lines == ["🧪 [FAL TEST MODE] \(words): \(result.url)"])
    }

    // MARK: Summary

    @Test
    func `The summary says what is set without the key`() async throws {
        let test = try await TestService.make(
            key: "known-id:very-secret", endpoints: [.style: Placed("fal-ai/flux-pro/finetuned", at: "falhost.lua:2")])
        let summary = try test.service.configSummary()
        #expect(summary["test_mode"] == false)
        #expect(summary["api_key_set"] == true)
        #expect(summary["supported_types"] == ["portrait", "style"])
        #expect(summary["presets"] == ["balanced", "fast", "landscape", "portrait", "quality", "ultra"])
        #expect(summary["base_url"] == "https://queue.fal.run")
        #expect(summary["endpoints"]?["style"] == "fal-ai/flux-pro/finetuned")
        #expect(!String(decoding: try summary.serialized(), as: UTF8.self).contains("secret"))
        #expect(try await TestService.make(key: nil).service.isAvailable == false)
    }
}
