import EventLoop
import JSON
import Testing

@testable import Generation

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct AlternativesTests {
    @Test
    func `An avatar that cannot draw is replaced by one that can, of its own type first`() async throws {
        #expect(try await alternatives("no-finetune") == Alternatives(avatars: ["noir", "anna"]))
        #expect(try await alternatives("no-lora") == Alternatives(avatars: ["anna", "noir"]))
        #expect(try await alternatives("ana") == Alternatives(avatars: ["anna", "noir"]))
    }

    @Test
    func `An unknown preset gives way to those that the avatar can use, the nearest first`() async throws {
        let broken = Preset(name: "fasts", values: ["num_inference_steps": 9000], file: "presets/fasts.lua")
        let found = try await alternatives("anna", ["quality": "fats"], TablePresets(broken))
        #expect(found.presets.first == "fast")
        #expect(found.presets.count == TablePresets.guideNames.count)
    }

    @Test
    func `Values out of range go to the nearest bound, mistyped keys to the right ones`() async throws {
        let found = try await alternatives("anna", ["guidance_scale": 99, "sed": 4, "num_images": 0])
        #expect(found.mends.map(\.key).sorted() == ["guidance_scale", "num_images", "sed"])
        #expect(found.mends.first { $0.key == "guidance_scale" }?.change == .set(35.0))
        #expect(found.mends.first { $0.key == "num_images" }?.change == .set(1))
        #expect(found.mends.first { $0.key == "sed" }?.change == .rename(to: "seed"))
    }

    @Test
    func `What a preset's file has wrong names its line and other presets`() async throws {
        let mine = Preset(
            name: "mine", values: ["num_inference_steps": 90, "sed": 1],
            origins: [
                "num_inference_steps": SourcePlace(file: "presets/mine.lua", line: 3),
                "sed": SourcePlace(file: "presets/mine.lua", line: 7),
            ], file: "presets/mine.lua")
        let found = try await alternatives("anna", ["preset": "mine"], TablePresets(mine))
        #expect(found.mends.first { $0.key == "sed" }?.place?.description == "presets/mine.lua:7")
        #expect(found.mends.first { $0.key == "num_inference_steps" }?.change == .set(50))
        #expect(found.presets.contains("fast") && !found.presets.contains("mine"))
    }

    @Test
    func `An endpoint for other avatars gives way to one that serves this one`() async throws {
        let found = try await alternatives("anna", ["endpoint": "fal-ai/flux-pro"])
        #expect(found.endpoints == ["fal-ai/flux-lora"])
    }

    @Test
    func `An endpoint that takes the value as it is is offered`() async throws {
        let found = try await alternatives("noir", ["guidance_scale": 0.5])
        #expect(found.mends.map(\.change) == [.set(1.0)])
        #expect(found.endpoints == ["fal-ai/flux-pro/v1.1-ultra-finetuned"])
    }

    @Test
    func `What has no neighbour has no alternatives`() async throws {
        let test = try await TestService.make()
        let request = GenerationRequest(avatar: .id("anna"), prompt: "")
        #expect(try await test.service.alternatives(to: .invalidPrompt(.empty), for: request).isEmpty)
    }

    @Test(
        arguments: [
            (FieldType.integer(1...50), 3.6, 4), (.integer(1...50), 1e300, 50), (.integer(1...50), -1e300, 1),
            (.level(1...6), 9, 6), (.boolean, "yes", true), (.boolean, "perhaps", nil),
            (.word(["jpeg"]), "jpg", "jpeg"),
            (.imageSize, ["width": 0, "height": 512], ["width": 1, "height": 512]), (.imageSize, "sqare", "square"),
            (.number(0...35), "much", nil), (.text, 3, nil),
        ] as [(FieldType, JSONValue, JSONValue?)])
    func `The nearest value of each type`(type: FieldType, value: JSONValue, nearest: JSONValue?) {
        #expect(type.nearest(to: value) == nearest)
    }

    private func alternatives(
        _ avatar: String, _ overrides: JSONObject = [:], _ presets: TablePresets = TablePresets()
    ) async throws -> Alternatives {
        let test = try await TestService.make(presets: presets)
        let request = GenerationRequest(avatar: .id(avatar), prompt: "a portrait", overrides: overrides)
        do throws(GenerationError) {
            _ = try await test.service.explain(request)
            Issue.record("it is not refused")
            return Alternatives()
        } catch {
            return try await test.service.alternatives(to: error, for: request)
        }
    }
}
