import EventLoop
import Generation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct ExplanationTests {
    @Test
    func `Every value has its origin, and nothing is sent or needs a key`() async throws {
        let test = try await TestService.make(key: nil)
        let overrides: JSONObject = ["preset": "ultra", "seed": 0, "enable_safety_checker": true]
        let explanation = try await test.explain("noir", overrides)
        #expect(test.transport.submitted.isEmpty)
        #expect(
            explanation.json == [
                "avatar_id": "noir", "training_type": "style", "preset": "ultra", "preset_origin": "call",
                "route": "ultra",
                "endpoint": "fal-ai/flux-pro/v1.1-ultra-finetuned", "endpoint_origin": "route ultra", "checked": true,
                "arguments": [
                    "prompt": "NOIRSTYLE, smiling portrait in a park", "finetune_id": "ft-noir",
                    "finetune_strength": 1.1, "aspect_ratio": "1:1", "seed": 0,
                ],
                "origins": [
                    "prompt": "rules", "finetune_id": "avatar", "finetune_strength": "preset ultra (presets/ultra.lua)",
                    "aspect_ratio": "image_size of preset ultra (presets/ultra.lua)", "seed": "call",
                ],
                "places": [
                    "finetune_strength": ["file": "presets/ultra.lua"], "aspect_ratio": ["file": "presets/ultra.lua"],
                ],
                "defaults": [
                    "num_images": 1, "safety_tolerance": "2", "output_format": "jpeg", "raw": false,
                    "enhance_prompt": false,
                ],
                "dropped": [
                    dropped("num_inference_steps", 35), dropped("guidance_scale", 3.5), dropped("lora_scale", 1.1),
                    [
                        "key": "enable_safety_checker", "value": true, "origin": "call",
                        "reason": "fal-ai/flux-pro/v1.1-ultra-finetuned has no field for it",
                    ],
                ],
                "prompt": [
                    "before": "smiling portrait in a park", "after": "NOIRSTYLE, smiling portrait in a park",
                    "rules": [
                        [
                            "rule": "20_trigger.lua", "file": "scripts/rules/20_trigger.lua",
                            "prompt": "NOIRSTYLE, smiling portrait in a park",
                            "changes": [["added": "NOIRSTYLE, "]],
                        ]
                    ],
                ],
                "timeout": 600.0,
                "cost": [
                    "estimate": .null, "reason": "no price of fal-ai/flux-pro/v1.1-ultra-finetuned is known",
                ],
                "test_mode": false,
            ])
        let defaults = explanation.defaults
        #expect(defaults.first?.origin.description == "default of fal-ai/flux-pro/v1.1-ultra-finetuned")
    }

    @Test
    func `A prompt that no rule changes is the call's`() async throws {
        let test = try await TestService.make()
        let explanation = try await test.service.explain(
            GenerationRequest(avatar: .id("anna"), prompt: "tok WOMAN by the sea"))
        #expect(explanation.argumentsWithOrigins.first?.origin == .call)
    }

    @Test
    func `Rules see avatar, preset, config and endpoint`() async throws {
        let test = try await TestService.make()
        _ = try await test.explain("anna", ["quality": "fast", "seed": 5])
        let context = try #require(test.rules.contexts.first)
        #expect(context.avatar.id == "anna")
        #expect(context.preset == "fast")
        #expect(context.config["seed"] == 5)
        #expect(context.config["num_inference_steps"] == 20)
        #expect(context.endpoint == "fal-ai/flux-lora")
    }

    private func dropped(_ key: String, _ value: JSONValue) -> JSONValue {
        [
            "key": .string(key), "value": value, "origin": "preset ultra (presets/ultra.lua)",
            "place": ["file": "presets/ultra.lua"],
            "reason": "fal-ai/flux-pro/v1.1-ultra-finetuned has no field for it",
        ]
    }
}
