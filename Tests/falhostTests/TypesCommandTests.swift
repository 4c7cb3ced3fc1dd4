import Foundation
import Testing

/// `falhost types`.
@Suite(.timeLimit(.minutes(5)))
struct TypesCommandTests {
    @Test func writesOneFileAModuleIntoTheProject() async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run("types", "--root", project.path)
        #expect(run.status == 0, "\(run.errors)")
        let names = ["fal", "avatars", "task", "http", "fs", "json", "log", "text", "tests"]
        let paths = names.map { "\(project.path)/.falhost/types/\($0).lua" }
        #expect(run.output.split(separator: "\n").map(String.init) == paths)
        for (name, path) in zip(names, paths) {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.hasPrefix("---@meta \(["text", "tests"].contains(name) ? "_" : name)\n"))
        }
        #expect(try String(contentsOfFile: paths[7], encoding: .utf8).contains("\ntext = {}\n"))
    }

    /// The globals are those that a test file has.
    @Test func theGlobalsOfTestFilesAreDeclared() async throws {
        let project = try TemporaryFolder.project()
        _ = try await FalhostProcess.run("types", "--root", project.path)
        try project.file(
            "scripts/tests/globals_test.lua",
            """
            it("has all that is declared", function()
              local names = {}
              local declared = setmetatable({}, { __newindex = function(_, name) names[#names + 1] = name end })
              assert(loadfile("\(project.path)/.falhost/types/tests.lua", "t", declared))()
              expect(#names).to_be(8)
              for _, name in ipairs(names) do expect(_G[name]).never.to_be(nil) end
            end)

            """)
        let run = try await FalhostProcess.run("test", "globals", folder: project.url)
        #expect(run.status == 0, "\(run.output)")
    }

    @Test func everyFileIsLua() async throws {
        let folder = try TemporaryFolder()
        let run = try await FalhostProcess.run("types", "--out", folder.path + "/types")
        #expect(run.status == 0, "\(run.errors)")
        for path in run.output.split(separator: "\n") {
            let check = try await FalhostProcess.run("-e", "assert(loadfile(...))", String(path))
            #expect(check.status == 0, "\(check.errors)")
        }
    }

    @Test func declaresWhatEditorsAskFor() async throws {
        let text = try await FalhostProcess.run("types", "--print").output
        for line in [
            "---@class fal.Config", "---@field quality? string the preset's name; `balanced` when none is named",
            "---@field priority? \"normal\"|\"low\" the place in fal's queue",
            "---@field num_inference_steps? integer more steps: finer and slower (from 1)",
            "---@param avatar fal.Avatar|string an avatar's table, or its id",
            "---@param options? fal.SubscribeOptions how the job is queued and awaited", "---@async",
            "---@return fal.Result result all pictures and how they came about",
            "function fal.generate_avatar_image(avatar, prompt, config) end", "function handle:events() end",
            "---@class fal.Preset: fal.Config", "return fal",
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
        #expect(!text.contains("function fal._"))
    }

    /// A class that is named in a type is declared in some file.
    @Test func everyClassThatIsNamedIsDeclared() async throws {
        let text = try await FalhostProcess.run("types", "--print").output
        let declared = Set(text.matches(of: /---@class ([A-Za-z.]+)/).map { String($0.1) })
        let named = Set(
            text.split(separator: "\n").filter { $0.hasPrefix("---@") && !$0.hasPrefix("---@class") }
                .flatMap { $0.matches(of: /\b(?:fal|task|json)\.[A-Z][A-Za-z]+/).map { String($0.0) } })
        #expect(named.count > 10)
        #expect(named.subtracting(declared).isEmpty)
    }

    @Test func saysWhatIsWrong() async throws {
        let folder = try TemporaryFolder()
        let both = try await FalhostProcess.run("types", "--print", "--reference")
        #expect(both.status == 64)
        #expect(both.errors.contains("exclude each other"))
        let nowhere = try await FalhostProcess.run("types", folder: folder.url)
        #expect(nowhere.status == 78, "\(nowhere.errors)")
        #expect(nowhere.errors.contains("--out"))
        try folder.file("file", "")
        let refused = try await FalhostProcess.run("types", "--out", folder.path + "/file/types")
        #expect(refused.status == 73)
        #expect(refused.errors.contains("cannot create folder"), "\(refused.errors)")
    }
}
