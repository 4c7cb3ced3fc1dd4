import Foundation
import Testing

/// `falhost init`: a project that runs, made by the binary alone.
@Suite(.timeLimit(.minutes(5)))
struct InitCommandTests {
    private let folder: TemporaryFolder
    private let project: String

    init() throws {
        folder = try TemporaryFolder()
        project = folder.path + "/pictures"
    }

    private func contents(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func writesWhatItNamesAndTheProjectRuns() async throws {
        let run = try await FalhostProcess.run("init", project)
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.errors.hasPrefix("Now, without a key:\n  cd \(project)\n  falhost --simulate scripts/quickstart.lua "))
        for path in run.output.split(separator: "\n") {
            #expect(FileManager.default.fileExists(atPath: String(path)), "\(path)")
        }
        let script = try await FalhostProcess.run(
            "--simulate", "scripts/quickstart.lua", folder: URL(fileURLWithPath: project))
        #expect(script.status == 0, "\(script.errors)")
        #expect(script.output.split(separator: "\n").count { $0.hasSuffix(".jpg") && $0.hasPrefix("/") } == 6)
        // The rule put the trigger in front.
        #expect(script.output.contains("TOK woman, smiling portrait in a park, highly detailed"))
        #expect(try contents(project + "/.gitignore") == ".falhost/\n")
    }

    /// What is embedded is what the repository has; `make reference` makes it so.
    @Test func theFilesAreThoseOfTheRepository() async throws {
        let run = try await FalhostProcess.run("init", project)
        let written = run.output.split(separator: "\n").map { String($0.dropFirst(project.count + 1)) }
        let shipped =
            written.filter { $0.hasPrefix("presets/") || $0.hasPrefix("scripts/") } + [".luacheckrc", "prompts.csv"]
        for name in shipped {
            let source = name == "prompts.csv" ? "scripts/lib/demo_prompts.csv" : name
            let original = FalhostProcess.repository.appendingPathComponent(source).path
            #expect(try contents("\(project)/\(name)") == contents(original), "\(name): run `make reference`")
        }
        let repository = FalhostProcess.repository
        for folder in ["presets", "scripts/rules"] {
            let path = repository.appendingPathComponent(folder).path
            for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasSuffix(".lua") {
                #expect(shipped.contains("\(folder)/\(name)"), "\(folder)/\(name): run `make reference`")
            }
        }
    }

    @Test func replacesNothingUnlessForced() async throws {
        try folder.file("pictures/presets/fast.lua", "-- mine\n")
        try folder.file("pictures/.gitignore", "mine\n")
        let refused = try await FalhostProcess.run("init", project)
        #expect(refused.status == 73)
        #expect(
            refused.errors
                == "falhost: \(project) has .gitignore, presets/fast.lua already: nothing was written (--force replaces)\n"
        )
        #expect(try contents(project + "/presets/fast.lua") == "-- mine\n")
        #expect(!FileManager.default.fileExists(atPath: project + "/scripts"))
        #expect(try await FalhostProcess.run("init", "--force", project).status == 0)
        #expect(try contents(project + "/presets/fast.lua").hasPrefix("-- Fast"))
    }

    @Test func avatarsThatAreThereStayAsTheyAre() async throws {
        _ = try await FalhostProcess.run("init", project)
        let mine = try folder.file(
            "mine.json", #"[{"id": "demo-anna", "name": "Mine", "training_type": "portrait", "status": "draft"}]"#)
        let imported = try await FalhostProcess.run("avatars", "import", "--root", project, mine.path)
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(try await FalhostProcess.run("init", "--force", project).status == 0)
        let list = try await FalhostProcess.run("avatars", "list", "--root", project)
        #expect(list.output.contains("demo-anna\tportrait\tdraft\tMine"), "\(list.output)")
        #expect(list.output.contains("demo-noir\t"))
    }

    @Test func theCurrentFolderIsTheDefault() async throws {
        let run = try await FalhostProcess.run("init", folder: folder.url)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.hasPrefix("Now, without a key:\n  falhost --simulate scripts/quickstart.lua "))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/scripts/quickstart.lua"))
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() async throws {
        try folder.file("file", "")
        let run = try await FalhostProcess.run("init", folder.path + "/file/project")
        #expect(run.status == 73)
        #expect(run.errors.contains("cannot create folder '\(folder.path)/file'"), "\(run.errors)")
    }

    @Test func editorsFindTheTypes() async throws {
        _ = try await FalhostProcess.run("init", project)
        let settings = try JSONSerialization.jsonObject(with: Data(contents(project + "/.luarc.json").utf8))
        let workspace = (settings as? [String: Any])?["workspace"] as? [String: Any]
        let library = try #require((workspace?["library"] as? [String])?.first)
        #expect(try contents("\(project)/\(library)/fal.lua").hasPrefix("---@meta fal\n"))
    }

    @Test(.enabled(if: Luacheck.path != nil, "luacheck is not installed (Debian: lua-check)"))
    func luacheckFindsNothing() async throws {
        _ = try await FalhostProcess.run("init", project)
        try await expectClean(in: URL(fileURLWithPath: project))
        try await expectClean(in: FalhostProcess.repository)
        // The settings do look: a rule that uses what its sandbox does not have is reported.
        try folder.file("pictures/scripts/rules/30_bad.lua", "return function(prompt) return os.date() .. prompt end\n")
        let run = try await FalhostProcess.shell("\(Luacheck.path ?? "") -q .", folder: URL(fileURLWithPath: project))
        #expect(run.status != 0)
        #expect(run.output.contains("undefined variable"), "\(run.output)")
    }

    private func expectClean(in folder: URL) async throws {
        let run = try await FalhostProcess.shell("\(Luacheck.path ?? "") -q presets scripts", folder: folder)
        #expect(run.status == 0, "\(run.output)")
    }
}

enum Luacheck {
    static let path = ["/usr/bin/luacheck", "/usr/local/bin/luacheck", "/opt/homebrew/bin/luacheck"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}
