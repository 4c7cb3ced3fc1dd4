import EventLoop
import Foundation
import Generation
import JSON
import Logging
import Scripting
import Testing
import Training

/// `presets/training/`, in the sandbox of the other presets.
@Suite(.timeLimit(.minutes(1))) @LoopActor
struct TrainingPresetsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "presets-\(UUID().uuidString)")

    private func presets(_ files: [String: String]) throws -> TrainingPresets {
        let training = folder.appending(path: "training")
        try FileManager.default.createDirectory(at: training, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: training.appending(path: name)) }
        return TrainingPresets(presets: folder.path, library: folder.path + "/lib")
    }

    private func failure(_ text: String) throws -> String {
        let source = try presets(["x.lua": text])
        do throws(GenerationError) {
            _ = try source.trainingPreset(named: "x")
            return ""
        } catch {
            return error.message(in: .english)
        }
    }

    @Test func `a file's keys are read with their lines`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try presets([
            "mine.lua": """
            return {
              description = "Mine",
              create_masks = true,
              portrait = { learning_rate = 1e-4, steps = 10 },
              style = { steps = 20, iterations = 300 },
            }
            """
        ])
        #expect(try source.trainingPresetNames() == ["mine"])
        let preset = try source.trainingPreset(named: "mine")
        #expect(preset.description == "Mine" && preset.values == ["create_masks": true])
        #expect(preset.valuesByType[.portrait] == ["learning_rate": 0.0001, "steps": 10])
        #expect(preset.places["portrait.learning_rate"]?.line == 4 && preset.places["create_masks"]?.line == 3)
        // Both tables have it: the line is its table's.
        #expect(preset.places["portrait.steps"]?.line == 4 && preset.places["style.steps"]?.line == 5)
        #expect(preset.problems.isEmpty)
    }

    @Test(arguments: [
        ("return 5", "it returns a number"), ("return { portrait = 5 }", "portrait must be a table"),
        ("return { description = 1 }", "description must be a string"), ("return {", "presets/training/x.lua:1"),
        ("return { steps = io }", "io"), ("while true do end", "presets/training/x.lua"),
    ])
    func `a broken file is told of`(text: String, words: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try failure(text).contains(words))
    }

    @Test func `an unknown name is answered with the nearest`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try presets(["quality.lua": "return {}"])
        let error = #expect(throws: GenerationError.self) { try source.trainingPreset(named: "qualty") }
        #expect(error?.message(in: .english).contains("did you mean quality?") == true)
    }

    @Test func `the three that ship have the values of the guide and no fault`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let source = TrainingPresets(presets: root + "/presets", library: root + "/scripts/lib")
        #expect(try source.trainingPresetNames() == ["balanced", "fast", "quality"])
        let expected: [String: JSONObject] = [
            "fast": ["steps": 1000, "learning_rate": 0.0002], "balanced": ["steps": 2500, "learning_rate": 0.00009],
            "quality": ["steps": 4000, "learning_rate": 0.00005],
        ]
        for (name, values) in expected {
            let preset = try source.trainingPreset(named: name)
            #expect(preset.problems.isEmpty && preset.valuesByType[.portrait] == values)
        }
        let others = LuaPresets(
            folder: root + "/presets", library: root + "/scripts/lib",
            log: ReloadLog(logger: .init(label: "test"), language: .english))
        #expect(try others.presetNames() == ["balanced", "fast", "landscape", "portrait", "quality", "ultra"])
    }
}
