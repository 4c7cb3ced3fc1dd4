import Generation
import JSON
import Testing

@testable import Training

/// Preset and call become a trainer's arguments.
@Suite struct TrainingConfigTests {
    private static let preset = TrainingPreset(
        name: "p", values: [:],
        valuesByType: [
            .portrait: ["steps": 2500, "learning_rate": 0.00009], .style: ["steps": 1000, "iterations": 300],
        ],
        places: ["style.steps": SourcePlace(file: "presets/training/p.lua", line: 4)], file: "presets/training/p.lua")

    private func config(
        _ trainer: Trainer, _ type: TrainingType, _ overrides: JSONObject = [:], preset: TrainingPreset? = nil
    ) throws(GenerationError) -> TrainingConfig {
        try TrainingConfig(trainer, type, name: "Noir", preset: preset ?? Self.preset, overrides: overrides)
    }

    private func values(_ config: TrainingConfig) -> JSONObject {
        JSONObject(config.arguments.map { ($0.name, $0.value) })
    }

    private func problems(_ body: () throws(GenerationError) -> TrainingConfig) -> [String] {
        do throws(GenerationError) {
            _ = try body()
            return []
        } catch {
            guard case .invalidConfig(let problems) = error else { return ["\(error)"] }
            return problems.map { $0.message(in: .english) }
        }
    }

    @Test func `each trainer gets the keys that it has`() throws {
        #expect(values(try config(.portrait, .portrait)) == ["steps": 2500, "learning_rate": 0.00009])
        let style = try config(.fastTraining, .style)
        #expect(values(style) == ["steps": 1000, "create_masks": false, "is_style": true])
        #expect(style.dropped == ["iterations"])
        let pro = values(try config(.pro, .style, ["lora_rank": 16, "captioning": false]))
        #expect(pro["iterations"] == 300 && pro["finetune_comment"] == "Noir" && pro["captioning"] == false)
        #expect(values(try config(.fastTraining, .portrait))["is_style"] == false)
    }

    @Test func `the call goes before the preset`() throws {
        let config = try config(.portrait, .portrait, ["steps": 10, "learning_rate": .null])
        #expect(values(config) == ["steps": 10])
        #expect(config.arguments.first?.origin == .call)
    }

    @Test func `a key that no trainer has, and a value out of range, are told with what was meant`() {
        let typo = problems { () throws(GenerationError) in try config(.portrait, .portrait, ["step": 5]) }
        #expect(typo == ["step: unknown key, did you mean steps?"])
        let range = problems { () throws(GenerationError) in
            try config(.portrait, .portrait, ["steps": 10_001, "learning_rate": 1])
        }
        #expect(
            range.count == 2 && range[0].contains("an integer from 1 to 10000 for fal-ai/flux-lora-portrait-trainer"))
        let bad = TrainingPreset(
            name: "p", values: [:], valuesByType: [.style: ["steps": "many"]], places: Self.preset.places,
            file: Self.preset.file)
        let inFile = problems { () throws(GenerationError) in try config(.fastTraining, .style, preset: bad) }
        #expect(inFile.first?.contains("presets/training/p.lua:4") == true)
        #expect(bad.problems.count == 1)
        // Out of this trainer's range, and in another's place: dropped keys are checked, too.
        let dropped = problems { () throws(GenerationError) in try config(.portrait, .portrait, ["iterations": 5]) }
        #expect(dropped.count == 1)
    }
}
