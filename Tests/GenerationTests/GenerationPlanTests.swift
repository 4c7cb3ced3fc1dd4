import EventLoop
import FalClient
import Generation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct GenerationPlanTests {
    private static let ultra = "fal-ai/flux-pro/v1.1-ultra-finetuned"

    @Test(
        arguments: [
            ("square", "1:1"), ("square_hd", "1:1"), ("portrait_4_3", "3:4"), ("portrait_16_9", "9:16"),
            ("landscape_4_3", "4:3"), ("landscape_16_9", "16:9"),
        ])
    func `The ultra endpoint gets the shape of a named size`(size: String, ratio: String) async throws {
        let test = try await TestService.make()
        let explanation = try await test.explain("noir", ["quality": "ultra", "image_size": .string(size)])
        #expect(explanation.arguments["aspect_ratio"] == .string(ratio))
        #expect(explanation.arguments["image_size"] == nil)
    }

    @Test(
        arguments: [
            (1920, 1080, "16:9"), (1000, 1000, "1:1"), (1, 14142, "9:21"), (2560, 1080, "21:9"), (1500, 1000, "3:2"),
            (1000, 1499, "2:3"), (1024, 768, "4:3"), (100, 99, "1:1"),
        ])
    func `The ultra endpoint gets the listed shape nearest to a size in pixels`(
        width: Int64, height: Int64, ratio: String
    ) async throws {
        let size: JSONValue = ["width": .integer(width), "height": .integer(height)]
        let explanation = try await TestService.make().explain("noir", ["quality": "ultra", "image_size": size])
        #expect(explanation.arguments["aspect_ratio"] == .string(ratio))
    }

    @Test
    func `A given aspect ratio wins over the size`() async throws {
        let explanation = try await TestService.make().explain("noir", ["quality": "ultra", "aspect_ratio": "21:9"])
        #expect(explanation.arguments["aspect_ratio"] == "21:9")
        #expect(explanation.plan.dropped.contains { $0.key == .imageSize && $0.reason == .replaced(by: .aspectRatio) })
    }

    @Test
    func `A preset that builds on ultra goes to the ultra endpoint`() async throws {
        let preset = Preset(
            name: "poster", ancestors: ["wide", "ultra"], values: ["finetune_strength": 1.3], file: "presets/poster.lua"
        )
        let test = try await TestService.make(presets: TablePresets(preset))
        #expect(try await test.explain("noir", ["preset": "poster"]).plan.endpoint == Self.ultra)
        #expect(try await test.explain("anna", ["preset": "poster"]).plan.endpoint == "fal-ai/flux-lora")
    }

    @Test
    func `An endpoint is taken from the call, else the preset, else the project, else the route`() async throws {
        let preset = Preset(
            name: "own", values: ["finetune_strength": 1, "endpoint": "fal-ai/flux-pro/finetuned"],
            file: "presets/own.lua")
        let endpoints: [Route: Placed<String>] = [.style: Placed("acme/flux-style", at: "falhost.lua:2")]
        let test = try await TestService.make(presets: TablePresets(preset), endpoints: endpoints)
        let call = try await test.explain("noir", ["preset": "own", "endpoint": .string(Self.ultra)])
        #expect(call.plan.endpoint == Self.ultra)
        #expect(call.plan.endpointOrigin == .call)
        let own = try await test.explain("noir", ["preset": "own"])
        #expect(own.plan.endpoint == "fal-ai/flux-pro/finetuned")
        #expect(own.plan.endpointOrigin.description == "preset own (presets/own.lua)")
        let project = try await test.explain("noir")
        #expect(project.plan.endpoint == "acme/flux-style")
        #expect(project.plan.endpointOrigin == .project("falhost.lua:2"))
        #expect(try await test.explain("noir", ["quality": "ultra"]).plan.endpoint == Self.ultra)
    }

    @Test
    func `A project's endpoint that is none is refused`() async throws {
        let test = try await TestService.make(endpoints: [.portrait: Placed("nonsense", at: "falhost.lua:2")])
        #expect(await test.failure()?.code == .invalidConfig)
    }

    @Test
    func `An endpoint that is not in the catalogue gets the arguments of the avatar's type unchecked`() async throws {
        let test = try await TestService.make()
        let overrides: JSONObject = ["endpoint": "acme/new", "num_images": 9, "safety_tolerance": 3]
        let style = try await test.explain("noir", overrides)
        #expect(!style.isChecked)
        #expect(
            style.arguments == [
                "prompt": "NOIRSTYLE, smiling portrait in a park", "finetune_id": "ft-noir", "finetune_strength": 1.0,
                "num_inference_steps": 28, "guidance_scale": 3.5, "image_size": "square_hd", "num_images": 9,
                "safety_tolerance": "3",
            ])
        #expect(style.plan.dropped.map(\.key) == [.loraScale])
        let portrait = try await test.explain("anna", overrides)
        #expect(portrait.arguments["loras"]?.arrayValue?.first?["scale"] == 1.0)
        #expect(portrait.plan.dropped.map(\.key) == [.finetuneStrength])
    }

    @Test
    func `Numbers and sizes are sent in fal's form`() async throws {
        let test = try await TestService.make()
        let overrides: JSONObject = [
            "num_inference_steps": 30.0, "image_size": ["height": 640.0, "width": 512], "safety_tolerance": 6,
            "seed": 2_718_281_828_459_045, "guidance_scale": 4, "output_format": "png",
        ]
        let sent = try await test.explain("noir", overrides).arguments
        let text = String(decoding: try sent.serialized(), as: UTF8.self)
        #expect(
            text
                == #"{"prompt":"NOIRSTYLE, smiling portrait in a park","finetune_id":"ft-noir","finetune_strength":1.0,"#
                + #""image_size":{"width":512,"height":640},"num_inference_steps":30,"guidance_scale":4,"#
                + #""seed":2718281828459045,"safety_tolerance":"6","output_format":"png"}"#)
    }

    @Test
    func `Timeout and priority steer the job and are not sent to the model`() async throws {
        let test = try await TestService.make()
        let plan = try await test.explain("anna", ["timeout": 1.5, "priority": "low"]).plan
        #expect(plan.options == JobOptions(timeout: .milliseconds(1500), priority: .low))
        #expect(plan.arguments(prompt: "x")["timeout"] == nil)
        #expect(try await test.explain("anna").plan.options.timeout == .seconds(600))
    }
}
