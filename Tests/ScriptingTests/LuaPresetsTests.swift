import EventLoop
import Generation
import JSON
import Testing

@testable import Scripting

@Suite(.timeLimit(.minutes(5)))
struct LuaPresetsTests {
    @Test func aBrokenParentLeavesItsOldVersionUnderANewChild() async throws {
        try await withLuaFolder { folder in
            try folder.write("parent.lua", "return { num_inference_steps = 1, seed = 1 }")
            try folder.write("child.lua", "return { extends = 'parent', num_inference_steps = 2 }")
            let presets = folder.presets
            #expect(try presets.preset(named: "child").values == ["num_inference_steps": 2, "seed": 1])
            try folder.write("parent.lua", "return { num_inference_steps = }")
            try folder.write("child.lua", "return { extends = 'parent', num_inference_steps = 3 }")
            for _ in 0..<10 {
                #expect(try presets.preset(named: "child").values == ["num_inference_steps": 3, "seed": 1])
            }
            #expect(folder.log.lines.filter { $0.hasPrefix("warning: presets/parent.lua:1: ") }.count == 1)
            #expect(folder.log.lines.filter { $0.hasPrefix("warning: ") }.count == 1)
        }
    }

    @Test func aCircleOfParentsLeavesTheOldVersions() async throws {
        try await withLuaFolder { folder in
            try folder.write("a.lua", "return { extends = 'b' }")
            try folder.write("b.lua", "return { seed = 1 }")
            let presets = folder.presets
            #expect(try presets.preset(named: "a").values == ["seed": 1])
            try folder.write("b.lua", "return { extends = 'a', seed = 2 }")
            for _ in 0..<10 { #expect(try presets.preset(named: "a").values == ["seed": 1]) }
            let warnings = folder.log.lines.filter { $0.hasPrefix("warning: ") }
            #expect(warnings.count == 1 && warnings.first?.contains("extends it in turn") == true, "\(warnings)")
        }
    }

    @Test func aParentThatGoesIsReportedAndFoundAgain() async throws {
        try await withLuaFolder { folder in
            try folder.write("a.lua", "return { extends = 'b' }")
            try folder.write("b.lua", "return { seed = 1 }")
            let presets = folder.presets
            #expect(try presets.preset(named: "a").values == ["seed": 1])
            try folder.remove("b.lua")
            for _ in 0..<10 { #expect(try presets.preset(named: "a").values == ["seed": 1]) }
            #expect(throws: GenerationError.self) { try presets.preset(named: "b") }
            try folder.write("b.lua", "return { seed = 2 }")
            #expect(try presets.preset(named: "a").values == ["seed": 2])
            let lines = folder.log.lines.filter { !$0.hasPrefix("[FAL AI] Reloaded") }
            #expect(lines.count == 3, "\(lines)")
            #expect(lines.contains { $0.hasPrefix("warning: presets/a.lua: it extends 'b', which does not exist") })
            #expect(lines.contains("[FAL AI] No longer used, the file is gone: presets/b.lua"))
            #expect(lines.last == "[FAL AI] Well again and reloaded: presets/a.lua")
        }
    }

    @Test func aPresetWithUnknownKeysIsReplacedByWhateverComesNext() async throws {
        try await withLuaFolder { folder in
            try folder.write("a.lua", "return { sed = 1 }")
            let presets = folder.presets
            #expect(try presets.preset(named: "a").problems.count == 1)
            try folder.write("a.lua", "return { seed = 2, stps = 1 }")
            #expect(try presets.preset(named: "a").values == ["seed": 2, "stps": 1])
        }
    }
}
