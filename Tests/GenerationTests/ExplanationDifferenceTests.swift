import EventLoop
import Generation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct ExplanationDifferenceTests {
    @Test
    func `Keys that differ are told with their values and origins, the others by name`() async throws {
        let test = try await TestService.make()
        let difference = ExplanationDifference(
            try await test.explain("anna", ["preset": "fast"]), try await test.explain("anna", ["preset": "quality"]))
        #expect(
            difference.rows.map(\.name)
                == ["loras", "image_size", "num_inference_steps", "guidance_scale", "finetune_strength"])
        #expect(difference.same == ["endpoint", "prompt"])
        let steps = try #require(difference.rows.first { $0.name == "num_inference_steps" })
        #expect(steps.left.value == 20 && steps.right.value == 50)
        #expect(steps.right.note == "preset quality (presets/quality.lua)")
        #expect(difference.rows.last?.left.note?.hasPrefix("not sent, ") == true)
    }

    @Test
    func `A key that only one of them sends stands against the other's default`() async throws {
        let test = try await TestService.make()
        let difference = ExplanationDifference(
            try await test.explain("noir", ["preset": "balanced"]), try await test.explain("noir", ["preset": "ultra"]))
        let ratio = try #require(difference.rows.first { $0.name == "aspect_ratio" })
        #expect(ratio.left == .absent)
        #expect(ratio.right.value == "1:1")
        #expect(difference.rows.map(\.name).contains("endpoint"))
        let json = difference.json
        #expect(json["a"]?["preset"] == "balanced")
        #expect(json["differences"]?.arrayValue?.count == difference.rows.count)
    }

    @Test
    func `The same request differs in nothing`() async throws {
        let test = try await TestService.make()
        let one = try await test.explain("anna", ["seed": 1, "timeout": 5])
        let difference = ExplanationDifference(one, one)
        #expect(difference.rows.isEmpty)
        #expect(difference.same.contains("timeout") && difference.same.contains("seed"))
    }
}
