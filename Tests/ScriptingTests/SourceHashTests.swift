import EventLoop
import Foundation
import Generation
import Testing

@testable import Scripting

/// What is recorded of the files that make a request.
@Suite(.timeLimit(.minutes(5)))
struct SourceHashTests {
    private static let parent = "return { seed = 1 }"

    private static func hash(_ text: String) throws -> String { try #require(SHA256.digest(of: text)) }

    @Test func aPresetNamesItsFileItsModulesAndThoseThatItExtends() async throws {
        try await withLuaFolder { folder in
            let child = "local s = require 'steps'; return { extends = 'parent', num_inference_steps = s }"
            try folder.write("parent.lua", Self.parent)
            try folder.write("child.lua", child)
            try Data("return 5".utf8).write(to: folder.root.appending(path: "lib/steps.lua"))
            let presets = folder.presets
            let sources = try presets.preset(named: "child").sources
            #expect(
                sources.map { ($0.path as NSString).lastPathComponent } == ["child.lua", "steps.lua", "parent.lua"])
            #expect(try sources.map(\.sha256) == [Self.hash(child), Self.hash("return 5"), Self.hash(Self.parent)])
            try folder.write("parent.lua", "return { seed = 2 }")
            #expect(try presets.preset(named: "child").sources.last?.sha256 == Self.hash("return { seed = 2 }"))
        }
    }

    @Test func aBrokenPresetKeepsTheHashesOfTheVersionInUse() async throws {
        try await withLuaFolder { folder in
            try folder.write("a.lua", Self.parent)
            let presets = folder.presets
            let before = try presets.preset(named: "a").sources
            try folder.write("a.lua", "return {")
            #expect(try presets.preset(named: "a").sources == before)
        }
    }

    @Test func rulesAreNamedInTheirOrderWithWhatTheyRequireLater() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return require('words')(p) end")
            try folder.write("2.lua", "return function(p) return p end")
            try Data("return function(p) return p .. '!' end".utf8)
                .write(to: folder.root.appending(path: "lib/words.lua"))
            let rules = try folder.rules().snapshot()
            @LoopActor func names() -> [String] { rules.sources.map { ($0.path as NSString).lastPathComponent } }
            #expect(names() == ["1.lua", "2.lua"])
            #expect(try rules.prompt() == "p!")
            #expect(names() == ["1.lua", "words.lua", "2.lua"])
        }
    }

    @Test func filesOfAProjectAreNamedFromItsFolder() {
        let hash = SourceHash(path: "/p/scripts/lib/x.lua", sha256: "")
        #expect(
            hash.relative(to: SourceHash.root(of: "/p/scripts/rules", named: "scripts/rules")).path
                == "scripts/lib/x.lua")
        #expect(hash.relative(to: "/q").path == hash.path)
        #expect(SourceHash(path: "/presets/a.lua", sha256: "").relative(to: "").path == "presets/a.lua")
    }
}
