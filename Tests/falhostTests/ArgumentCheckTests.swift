import Foundation
import Simulator
import Testing

/// Wrong arguments of the functions that ship: named all together, under the public name, before anything is sent.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ArgumentCheckTests {
    private static let preamble = """
        local fal, avatars, task, json = require "fal", require "avatars", require "task", require "json"
        local job = fal.handle("a/b", "id")\n
        """

    static let cases: [(call: String, lines: [String])] = [
        (
            "fal.subscribe(nil, {}, { timeot = 1, priority = 'lo' })",
            [
                "fal.subscribe: argument 1 (endpoint): string expected, got nil",
                "fal.subscribe: argument 3 (options): unknown option 'timeot'; did you mean 'timeout'?",
                "fal.subscribe: argument 3 (options): priority: 'normal' or 'low' expected, got 'lo'; did you mean 'low'?",
            ]
        ),
        ("fal.submit(7)", ["fal.submit: argument 1 (endpoint): string expected, got number"]),
        ("fal.stream()", ["fal.stream: argument 1 (endpoint): string expected, got nil"]),
        ("fal.handle('a/b')", ["fal.handle: argument 2 (request_id): string expected, got nil"]),
        (
            "fal.generate_avatar_image(nil, {})",
            [
                "fal.generate_avatar_image: argument 1 (avatar): avatar (a table or an id) expected, got nil",
                "fal.generate_avatar_image: argument 2 (prompt): prompt (a string) expected, got table",
            ]
        ),
        ("fal.upload {}", ["fal.upload: argument 1 (file): data: string expected, got nil"]),
        ("fal.upload { data = 'x', name = 'y' }", ["fal.upload: argument 1 (file): unknown option 'name'"]),
        (
            "fal.generate_multiple_images('a', { 'x', 5 })",
            ["fal.generate_multiple_images: argument 2 (prompts): prompt 2 is a number, a string is expected"]
        ),
        ("job.status()", ["handle:status: called on a nil, not on a handle: is the colon missing?"]),
        ("job.events({})", ["handle:events: called on a table, not on a handle: is the colon missing?"]),
        ("avatars.get {}", ["avatars.get: argument 1 (id): string expected, got table"]),
        (
            "json.encode(1, { prety = true })",
            ["json.encode: argument 2 (options): unknown option 'prety'; did you mean 'pretty'?"]
        ),
    ]

    @Test func namesAllThatIsWrongAtTheLineOfTheCall() async throws {
        let folder = try TemporaryFolder()
        for (call, lines) in Self.cases {
            try folder.file("s.lua", Self.preamble + call)
            let run = try await FalhostProcess.run("--simulate", "s.lua", folder: folder.url)
            #expect(run.status == 1, "\(call): \(run.errors)")
            let expected = "falhost: s.lua:3: " + lines.joined(separator: "\n") + "\nstack traceback:"
            #expect(run.errors.hasPrefix(expected), "\(call): \(run.errors)")
        }
    }

    @Test func nothingIsSentAndNoFunctionOfThePreludeIsNamed() async throws {
        try await withSimulator { simulator in
            let chunk = "local fal = require 'fal' fal.subscribe('a/b', {}, { on_update = 5 })"
            let run = try await FalhostProcess.run("-e", chunk, environment: simulator.environment())
            #expect(
                run.errors.contains("fal.subscribe: argument 3 (options): on_update: function expected, got number"))
            #expect(simulator.counters()[.submit] == 0)
        }
    }

    @Test func rulesAreCheckedToo() async throws {
        let project = try TemporaryFolder.project()
        try project.file("scripts/rules/15_lower.lua", "return function(prompt)\n  return text.lower(nil)\nend\n")
        let run = try await FalhostProcess.run(
            "--simulate", "--root", project.path, "-e",
            "require('demo').avatars() require('fal').generate_avatar_image('demo-anna', 'x')")
        let reason = "scripts/rules/15_lower.lua:2: text.lower: argument 1 (text): string expected, got nil"
        #expect(run.errors.contains(reason), "\(run.errors)")
    }
}
