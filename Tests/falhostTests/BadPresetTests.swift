import Foundation
import Testing

/// Presets that people got wrong.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BadPresetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let words: [String]
        var testDescription: String { text }
    }

    static let cases: [Case] = [
        Case(
            text: "return { num_inference_stps = 3 }",
            words: ["num_inference_stps", "did you mean num_inference_steps?"]),
        Case(
            text: "return { num_inference_steps = 'many' }",
            words: ["num_inference_steps", "integer from 1 to 50", "\"many\""]),
        Case(text: "return { num_inference_steps = 2.5 }", words: ["num_inference_steps", "integer", "2.5"]),
        Case(text: "return { guidance_scale = 99 }", words: ["guidance_scale", "from 0 to 35", "99"]),
        Case(text: "return { image_size = 'sqare_hd' }", words: ["image_size", "did you mean square_hd?"]),
        Case(text: "return {\n  num_inference_steps = 3\n  guidance_scale = 2\n}", words: [":3: ", "'}' expected"]),
        Case(text: "return { seed = 1", words: [":1: ", "'}' expected near <eof>"]),
        Case(text: "local x = 3", words: ["returns nothing", "table of config keys"]),
        Case(text: "", words: ["returns nothing"]),
        Case(text: "return { 1, 2 }", words: ["returns a list", "table of config keys"]),
        Case(text: "return 'fast'", words: ["returns a string"]),
        Case(text: "return { extends = 'bad' }", words: ["extends itself"]),
        Case(text: "return { extends = 'circle' }", words: ["presets/circle.lua", "extends 'bad'", "in turn"]),
        Case(text: "return { extends = 'balancd' }", words: ["extends 'balancd'", "did you mean balanced?"]),
        Case(text: "return { extends = 5 }", words: ["extends must be a string"]),
        Case(text: "return { description = {} }", words: ["description must be a string"]),
        Case(text: "return { seed = mth.pi }", words: [":1: ", "unknown global 'mth'", "did you mean 'math'?"]),
        Case(text: "return { seed = io.read() }", words: [":1: ", "unknown global 'io'"]),
        Case(text: "return { image_size = function() end }", words: ["image_size", "function"]),
        Case(text: "return { guidance_scale = 0/0 }", words: ["guidance_scale", "nan"]),
        Case(text: "while true do end", words: [":1: ", "longer than 50 ms"]),
        Case(text: "local s = 'x' while true do s = s .. s end", words: ["more than 16 MiB"]),
        Case(text: "error 'not today'", words: [":1: ", "not today"]),
    ]

    @Test(arguments: cases)
    func aBrokenPresetIsRefusedInOneLine(preset: Case) async throws {
        let input = try await BadInput()
        try input.project.file("presets/bad.lua", preset.text)
        try input.project.file("presets/circle.lua", "return { extends = 'bad' }")
        try await input.expect(65, preset.words + ["presets/"], from: BadInput.generate(preset: "bad"))
    }

    @Test func anUnknownPresetNamesTheNearestAndAll() async throws {
        try await BadInput().expect(
            65, ["portret", "did you mean portrait?", "balanced, fast", "unknown_preset"],
            from: BadInput.generate(preset: "portret"))
    }

    @Test func aPresetThatIsAFolderOrBinaryIsRefused() async throws {
        let input = try await BadInput()
        try input.project.file("presets/folder.lua/x", "")
        try input.project.file("presets/binary.lua", contents: Data([0x1B, 0x4C, 0x75, 0x61, 0x54, 0, 1, 2]))
        try await input.expect(65, ["presets/folder.lua"], from: BadInput.generate(preset: "folder"))
        try await input.expect(65, ["presets/binary.lua"], from: BadInput.generate(preset: "binary"))
    }

    @Test func withoutAnyPresetTheMessageSaysWhereTheyWereLookedFor() async throws {
        let input = try await BadInput()
        try FileManager.default.removeItem(atPath: input.project.path + "/presets")
        let root = ["--root", input.project.path]
        try await input.expect(
            65, ["balanced", "no presets", input.project.path + "/presets"], from: BadInput.generate() + root)
        try await input.expect(78, ["no presets", input.project.path + "/presets"], from: ["presets", "list"] + root)
        try await input.expect(78, ["no project", "--root"], from: BadInput.generate())
    }

    @Test func anOverrideWithATypoIsRefused() async throws {
        let input = try await BadInput()
        try await input.expect(
            65, ["num_image", "did you mean num_images?"], from: BadInput.generate("x", "--set", "num_image=2"))
        try await input.expect(
            65, ["num_images", "from 1 to 4", "9"], from: BadInput.generate("x", "--set", "num_images=9"))
    }
}
