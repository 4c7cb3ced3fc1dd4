import EventLoop
import Generation
import JSON
import Testing

/// Each way in which a config can be wrong, and what is said about it.
@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct GenerationConfigTests {
    private nonisolated static let sizes =
        "one of square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9 "
        + "or {width=, height=} (integers 1…14142)"

    private nonisolated static let cases: [(String, JSONObject, String)] = [
        ("anna", ["sed": 1], "sed: unknown key, did you mean seed?"),
        ("anna", ["zzz": 1], "zzz: unknown key"),
        (
            "anna", ["num_inference_steps": 51],
            "num_inference_steps must be an integer from 1 to 50 for fal-ai/flux-lora, not 51"
        ),
        (
            "anna", ["num_inference_steps": 2.5],
            "num_inference_steps must be an integer from 1 to 50 for fal-ai/flux-lora, not 2.5"
        ),
        (
            "anna", ["guidance_scale": -0.1],
            "guidance_scale must be a number from 0 to 35 for fal-ai/flux-lora, not -0.1"
        ),
        ("noir", ["guidance_scale": 0.5], "guidance_scale must be a number from 1 to 20 for fal-ai/flux-pro, not 0.5"),
        (
            "anna", ["guidance_scale": .number(.nan)],
            "guidance_scale must be a number from 0 to 35 for fal-ai/flux-lora, not nan"
        ),
        ("anna", ["lora_scale": 4.1], "lora_scale must be a number from 0 to 4, not 4.1"),
        ("noir", ["lora_scale": "much"], #"lora_scale must be a number from 0 to 4, not "much""#),
        (
            "noir", ["finetune_strength": 3],
            "finetune_strength must be a number from 0 to 2 for fal-ai/flux-pro, not 3"
        ),
        ("anna", ["num_images": 5], "num_images must be an integer from 1 to 4 for fal-ai/flux-lora, not 5"),
        (
            "anna", ["enable_safety_checker": "yes"],
            #"enable_safety_checker must be true or false for fal-ai/flux-lora, not "yes""#
        ),
        ("anna", ["seed": 1.5], "seed must be an integer for fal-ai/flux-lora, not 1.5"),
        (
            "anna", ["output_format": "jpg"],
            #"output_format must be one of jpeg, png for fal-ai/flux-lora, not "jpg"; did you mean jpeg?"#
        ),
        (
            "anna", ["acceleration": "max"],
            #"acceleration must be one of none, regular for fal-ai/flux-lora, not "max""#
        ),
        ("noir", ["safety_tolerance": 7], "safety_tolerance must be an integer from 1 to 6 for fal-ai/flux-pro, not 7"),
        (
            "noir", ["safety_tolerance": "06"],
            #"safety_tolerance must be an integer from 1 to 6 for fal-ai/flux-pro, not "06""#
        ),
        (
            "anna", ["image_size": "square_hq"],
            "image_size must be \(sizes) for fal-ai/flux-lora, not \"square_hq\"; did you mean square_hd?"
        ),
        ("anna", ["image_size": ["width": 512]], "image_size must be \(sizes) for fal-ai/flux-lora, not object"),
        (
            "anna", ["image_size": ["width": 0, "height": 5]],
            "image_size must be \(sizes) for fal-ai/flux-lora, not object"
        ),
        ("noir", ["preset": "ultra", "image_size": 5], "image_size must be \(sizes), not 5"),
        (
            "noir", ["preset": "ultra", "aspect_ratio": "wide"],
            "aspect_ratio must be a ratio like 16:9 for fal-ai/flux-pro/v1.1-ultra-finetuned, not \"wide\""
        ),
        ("noir", ["raw": 1], "raw must be true or false, not 1"),
        ("anna", ["endpoint": "flux"], #"endpoint must be an endpoint like fal-ai/flux-lora, not "flux""#),
        ("anna", ["endpoint": 5], "endpoint must be an endpoint like fal-ai/flux-lora, not 5"),
        (
            "anna", ["endpoint": "fal-ai/flux-pro"],
            "endpoint: fal-ai/flux-pro cannot draw portrait avatars; these can: fal-ai/flux-lora"
        ),
        ("anna", ["timeout": 0], "timeout must be a number from 0.001 to 604800, not 0"),
        ("anna", ["priority": "hgih"], #"priority must be one of normal, low, not "hgih""#),
        ("anna", ["preset": 5], "preset must be a string, not 5"),
        ("anna", ["quality": "fast", "preset": "ultra"], "quality and preset name different presets"),
        (
            "noir", ["finetune_strength": .null],
            "finetune_strength (presets/balanced.lua) is required by fal-ai/flux-pro"
        ),
        (
            "anna", ["output_format": .string(String(repeating: "x", count: 50))],
            "output_format must be one of jpeg, png for fal-ai/flux-lora, not \"\(String(repeating: "x", count: 40))…\""
        ),
    ]

    @Test(arguments: 0..<cases.count)
    func `A wrong config is refused with one clear sentence`(index: Int) async throws {
        let (avatar, overrides, expected) = Self.cases[index]
        let test = try await TestService.make()
        let error = await test.failure(avatar, "a portrait", overrides)
        #expect(error?.code == .invalidConfig)
        #expect(error?.message(in: .english) == "invalid config: " + expected)
        #expect(error?.message(in: .russian).hasPrefix("Неверная конфигурация: ") == true)
        #expect(error?.exitCode == 65)
        #expect(test.transport.submitted.isEmpty)
    }

    @Test
    func `All problems are told at once, with the file of those that a preset has`() async throws {
        let preset = Preset(
            name: "mine", ancestors: ["ultra"],
            values: ["num_inference_steps": "many", "guidance": 3, "preset": "fast"],
            origins: ["num_inference_steps": SourcePlace(file: "presets/ultra.lua", line: 4)], file: "presets/mine.lua")
        let test = try await TestService.make(presets: TablePresets(preset))
        let error = await test.failure("anna", "a", ["preset": "mine", "seed": "x"])
        #expect(
            error?.message(in: .english) == "invalid config: guidance (presets/mine.lua): unknown key; "
                + "preset (presets/mine.lua): a preset builds on another with extends; "
                + "num_inference_steps (presets/ultra.lua:4) must be an integer from 1 to 50 for fal-ai/flux-lora, "
                + "not \"many\"; seed must be an integer for fal-ai/flux-lora, not \"x\"")
        #expect(error?.details?.arrayValue?.map { $0["key"] } == ["guidance", "preset", "num_inference_steps", "seed"])
    }

    @Test
    func `An unknown preset is told with the nearest one`() async throws {
        let test = try await TestService.make()
        let error = await test.failure("anna", "a", ["quality": "ballanced"])
        #expect(error?.code == .unknownPreset)
        #expect(
            error?.message(in: .english) == "unknown preset ballanced; did you mean balanced?; "
                + "known: balanced, fast, landscape, portrait, quality, ultra")
    }

    @Test
    func `A null takes the preset's value away`() async throws {
        let test = try await TestService.make()
        _ = try await test.generate("anna", "a", ["num_inference_steps": .null, "lora_scale": .null])
        let sent = try test.sent()
        #expect(sent["num_inference_steps"] == nil)
        #expect(sent["loras"] == [["path": "https://v3.fal.media/files/anna.safetensors"]])
    }

    @Test
    func `A preset handed back as overrides with its name equals the preset`() async throws {
        let test = try await TestService.make()
        var overrides = try TablePresets().preset(named: "ultra").values
        overrides["preset"] = "ultra"
        #expect(
            try await test.explain("noir", overrides).arguments == test.explain("noir", ["quality": "ultra"]).arguments)
    }
}
