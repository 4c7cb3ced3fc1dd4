import EventLoop
import Generation
import JSON

/// The presets of DESIGN.md §2, and any that a test adds.
@LoopActor
final class TablePresets: PresetSource {
    private var presets: [String: Preset]

    nonisolated init(_ extra: Preset...) {
        presets = Dictionary(uniqueKeysWithValues: (Self.guide + extra).map { ($0.name, $0) })
    }

    func presetNames() throws(GenerationError) -> [String] { presets.keys.sorted() }

    func preset(named name: String) throws(GenerationError) -> Preset {
        if let preset = presets[name] { return preset }
        let known = presets.keys.sorted()
        let nearest = DidYouMean.nearest(to: name, in: known)
        throw .unknownPreset(name: name, nearest: nearest, known: known, folder: "presets")
    }

    private nonisolated static let guide = [
        guide("fast", steps: 20, guidance: 3.0, size: "square", lora: 0.8, finetune: 0.8),
        guide("balanced", steps: 28, guidance: 3.5, size: "square_hd", lora: 1.0, finetune: 1.0),
        guide("quality", steps: 50, guidance: 4.0, size: "square_hd", lora: 1.2, finetune: 1.2),
        guide("ultra", steps: 35, guidance: 3.5, size: "square_hd", lora: 1.1, finetune: 1.1),
        guide("portrait", steps: 35, guidance: 3.5, size: "portrait_4_3", lora: 1.1, finetune: 1.0),
        guide("landscape", steps: 30, guidance: 3.5, size: "landscape_4_3", lora: 1.0, finetune: 1.0),
    ]

    nonisolated static let guideNames = guide.map(\.name)

    private nonisolated static func guide(
        _ name: String, steps: Int64, guidance: Double, size: String, lora: Double, finetune: Double
    ) -> Preset {
        let values: JSONObject = [
            "num_inference_steps": .integer(steps), "guidance_scale": .number(guidance), "image_size": .string(size),
            "lora_scale": .number(lora), "finetune_strength": .number(finetune),
        ]
        return Preset(name: name, values: values, file: "presets/\(name).lua")
    }
}
