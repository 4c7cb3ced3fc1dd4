import Foundation
import Testing

/// What Tab offers in bash, asked as bash asks.
@Suite(.timeLimit(.minutes(5)))
struct CompletionTests {
    /// The words that bash would offer at the end of a command line.
    private func offered(_ words: String..., folder: URL, environment: String = "") async throws -> [String] {
        try await offered(words, folder: folder, environment: environment)
    }

    private func offered(_ words: [String], folder: URL, environment: String = "") async throws -> [String] {
        let script = """
            falhost() { "$FALHOST" "$@"; }
            \(environment)
            eval "$(falhost --generate-completion-script bash)"
            function=$(complete -p falhost | sed 's/.*-F \\([^ ]*\\).*/\\1/')
            COMP_WORDS=(falhost \(words.map { "'\($0)'" }.joined(separator: " ")))
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            "$function" falhost "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let run = try await RunningFalhost(
            ["-c", script], environment: ["FALHOST": FalhostProcess.executable.path], folder: folder,
            executable: URL(fileURLWithPath: "/bin/bash")
        ).ending()
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        return run.output.split(separator: "\n").map(String.init)
    }

    private func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "avatars", "import", "scripts/lib/demo_avatars.json", folder: project.url)
        #expect(run.status == 0, "\(run.errors)")
        return project
    }

    @Test func avatarsAndPresetsAreOffered() async throws {
        let project = try await project()
        try project.file("presets/moody.lua", "this is no Lua, and is not run")
        #expect(try await offered("generate", "--avatar", "", folder: project.url) == ["demo-anna", "demo-noir"])
        #expect(try await offered("explain", "-a", "demo-n", folder: project.url) == ["demo-noir"])
        #expect(try await offered("presets", "show", "", folder: project.url).contains("moody"))
        #expect(try await offered("generate", "-p", "b", folder: project.url) == ["balanced"])
        #expect(
            try await offered("batch", "x.txt", "--avatar", "demo-anna,", folder: project.url)
                == ["demo-anna,demo-anna", "demo-anna,demo-noir"])
        #expect(
            try await offered("generate", "--set", "num", folder: project.url) == [
                "num_inference_steps=", "num_images=",
            ])
    }

    @Test func runsAndJobsAreOffered() async throws {
        let project = try await project()
        try project.file("p.txt", "by the sea\n")
        let run = try await FalhostProcess.run(
            "batch", "p.txt", "--avatar", "demo-anna", "--simulate", folder: project.url)
        #expect(run.status == 0, "\(run.errors)")
        let id = try #require(run.errors.firstMatch(of: /run ([0-9a-f-]+):/)?.output.1)
        for words in [
            ["gallery", ""], ["resume", ""], ["batch", "--retry-failed", ""], ["jobs", "list", "--run", ""],
        ] {
            let found = try await offered(words, folder: project.url)
            #expect(found.contains(String(id)), "\(words): \(found)")
        }
        let jobs = try await FalhostProcess.run("jobs", "list", folder: project.url).output
        let job = try #require(jobs.split(separator: "\t").first.map(String.init))
        #expect(try await offered(["jobs", "show", ""], folder: project.url).contains(job))
    }

    @Test func commandsAndTopicsAreOfferedBehindHelp() async throws {
        let folder = try TemporaryFolder()
        let words = try await offered("help", "", folder: folder.url)
        #expect(
            Set(words).isSuperset(of: ["generate", "batch", "rules", "names", "errors", "exit-codes", "environment"]))
        #expect(Set(words).count == words.count, "\(words)")
        for word in words {
            let page = try await FalhostProcess.run("help", word, folder: folder.url)
            #expect(page.status == 0, "\(word): \(page.errors)")
        }
        await #expect(
            try offered("help", "e", folder: folder.url) == ["explain", "errors", "exit-codes", "environment"])
        await #expect(try offered("help", "errors", "", folder: folder.url) == [])
    }

    @Test func zshAndFishOfferTheSameBehindHelp() async throws {
        let zsh = try await FalhostProcess.run("--generate-completion-script", "zsh").output
        let function = try #require(zsh.firstRange(of: "_falhost_help() {")).upperBound
        let body = zsh[function...].prefix(upTo: try #require(zsh[function...].firstRange(of: "\n}")).lowerBound)
        #expect(body.contains("'exit-codes:every exit code'") && body.contains("___topics[@]"), "\(body)")
        let fish = try await FalhostProcess.run("--generate-completion-script", "fish").output
        let lines = fish.split(separator: "\n").filter { $0.contains("positional \"falhost help\" -eq 1'") }
        #expect(lines.contains { $0.hasSuffix(" -fa 'exit-codes' -d 'every exit code'") }, "\(lines)")
        #expect(lines.contains { $0.contains(" -fa 'generate' ") })
    }

    @Test func theRootOnTheLineIsTheProject() async throws {
        let project = try await project()
        let elsewhere = try TemporaryFolder()
        #expect(
            try await offered("generate", "--root", project.path, "--avatar", "demo-a", folder: elsewhere.url)
                == ["demo-anna"])
    }

    @Test func withoutAProjectOrWithABrokenFileNothingIsOfferedAndNothingMade() async throws {
        let empty = try TemporaryFolder()
        #expect(try await offered("generate", "--avatar", "", folder: empty.url) == [])
        #expect(try await offered("generate", "--preset", "", folder: empty.url) == [])
        let project = try TemporaryFolder.project()
        #expect(try await offered("generate", "--avatar", "", folder: project.url) == [])
        #expect(!FileManager.default.fileExists(atPath: project.path + "/.falhost"))
        try project.file(".falhost/falhost.db", "no database")
        #expect(try await offered("generate", "--avatar", "", folder: project.url) == [])
    }
}
