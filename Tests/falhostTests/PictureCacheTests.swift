import Foundation
import Simulator
import Testing

/// `cache = true`: the simulator counts what is submitted.
@Suite(.timeLimit(.minutes(5)))
struct PictureCacheTests {
    private let project: TemporaryFolder

    init() async throws {
        project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "avatars", "import", "scripts/lib/demo_avatars.json", "--root", project.path, folder: project.url)
        try #require(run.status == 0, "\(run.errors)")
    }

    private func generate(_ simulator: Simulator, _ arguments: String...) async throws -> FalhostProcess {
        let run = try await FalhostProcess.run(
            ["generate", "--root", project.path, "--avatar", "demo-anna", "--preset", "fast"] + arguments,
            environment: simulator.environment(), folder: project.url)
        #expect(run.status == 0, "\(run.errors)")
        return run
    }

    @Test func anEqualRequestIsAnsweredByTheKeptPicture() async throws {
        try await withSimulator { simulator in
            func submits() -> Int { simulator.counters()[.submit] }
            // A picture that was kept without the cache serves it, too.
            let first = try await generate(simulator, "--set", "seed=7", "a cat")
            let hit = try await generate(simulator, "--set", "seed=7", "--set", "cache=true", "a cat")
            #expect(submits() == 1 && hit.output == first.output)
            #expect(hit.errors.contains("cache hit: fal-ai/flux-lora, job "), "\(hit.errors)")
            let miss = try await generate(simulator, "--set", "seed=8", "--set", "cache=true", "a cat")
            #expect(submits() == 2 && miss.output != first.output && miss.errors.contains("cache miss"))
            // Without a seed any will do, and the oldest stays the answer.
            #expect(
                try await generate(simulator, "--set", "cache=true", "a cat").output == first.output && submits() == 2)
            _ = try await generate(simulator, "a cat")
            #expect(submits() == 3, "nobody asked for the cache")
            _ = try await generate(simulator, "--set", "cache=true", "a dog")
            _ = try await generate(simulator, "--set", "cache=true", "a dog")
            #expect(submits() == 4)
        }
    }

    @Test func aPictureThatChangedOrWentIsMadeAgain() async throws {
        try await withSimulator { simulator in
            let arguments = ["--set", "seed=7", "--set", "cache=true", "a cat"]
            func make() async throws -> String {
                await String(
                    try generate(simulator, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4]).output
                        .dropLast())
            }
            let path = try await make()
            try FileManager.default.removeItem(atPath: path)
            #expect(try await make() == path, "its content is still there, and gets its name again")
            #expect(FileManager.default.fileExists(atPath: path) && simulator.counters()[.submit] == 1)
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.write(contentsOf: Data("spoilt".utf8))
            try file.close()
            _ = try await make()
            #expect(simulator.counters()[.submit] == 2)
        }
    }

    @Test func aScriptSeesTheHit() async throws {
        try await withSimulator { simulator in
            let script = """
                local fal = require "fal"
                for _ = 1, 2 do
                  local _, result = fal.generate_avatar_image("demo-anna", "x", { quality = "fast", cache = true })
                  print(result.cached, result.price, io.open(result.images[1].path) ~= nil)
                end
                for _ = 1, 2 do
                  local output = fal.subscribe("fal-ai/flux-lora", { prompt = "y", image_size = "square" }, { cache = true })
                  print(output.cached, output.images[1].path ~= nil)
                end
                """
            let run = try await FalhostProcess.run(
                ["--root", project.path, "-q", "-e", script], environment: simulator.environment())
            let lines = run.output.split(separator: "\n").map { $0.split(separator: "\t") }
            #expect(lines.count == 4, "\(run.output)\(run.errors)")
            #expect(lines.map { $0[0] } == ["nil", "true", "nil", "true"], "\(run.output)")
            #expect(
                lines[0][2] == "true" && lines[1][1...] == ["0.0", "true"] && lines[3][1] == "true", "\(run.output)")
            #expect(simulator.counters()[.submit] == 2)
        }
    }
}
