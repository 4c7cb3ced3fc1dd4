import Foundation
import Testing

/// What `fal.download` calls its files.
@Suite(.timeLimit(.minutes(5)))
struct DownloadNamesTests {
    private let project: TemporaryFolder

    init() throws { project = try TemporaryFolder.project() }

    private func run(_ script: String, _ options: String..., environment: [String: String] = [:]) async throws
        -> [String]
    {
        let run = try await FalhostProcess.run(
            ["--simulate", "--root", project.path] + options + ["-e", script], environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test func onePictureHasOneFileHoweverOftenItIsSaved() async throws {
        let paths = try await run(
            """
            local fal, task = require "fal", require "task"
            local result = fal.subscribe("fal-ai/flux-lora", { prompt = "x", image_size = "square", seed = 5 })
            local url = result.images[1].url
            local paths = task.map({ url, url, url, url }, function(each) return (fal.download(each)) end)
            paths[5] = fal.download(url)
            for _, path in ipairs(paths) do
              assert(io.open(path)):close()
              print(path)
            end
            """)
        #expect(Set(paths).count == 1 && paths.count == 5, "\(paths)")
        #expect(paths.first?.hasSuffix("/5_1.jpg") == true, "no avatar and no preset: \(paths)")
    }

    @Test func equalPicturesOfSeveralJobsAreOneFileWithSeveralNames() async throws {
        let paths = try await run(
            """
            local fal, avatars = require "fal", require "avatars"
            local anna = { id = "анна", name = "Анна", training_type = "portrait", status = "completed",
              diffusers_lora_file_url = "https://example.com/a.safetensors" }
            for _ = 1, 2 do
              print(fal.download((fal.generate_avatar_image(anna, "x", { quality = "fast", seed = 5 }))))
            end
            """, "--name", "{avatar}/{preset}.{ext}")
        #expect(paths.map { $0.split(separator: "/").suffix(2) } == [["анна", "fast.jpg"], ["анна", "fast-2.jpg"]])
        let files = FileManager.default
        let numbers = try paths.map { try files.attributesOfItem(atPath: $0)[.systemFileNumber] as? Int }
        #expect(Set(numbers).count == 1)
        #expect(
            try files.subpathsOfDirectory(atPath: project.path + "/.falhost/objects").count { $0.hasSuffix("jpg") } == 1
        )
    }

    @Test func whatNoJobMadeIsNamedAfterItsAddress() async throws {
        let paths = try await run(
            """
            local fal = require "fal"
            local url = fal.upload { data = "weights", file_name = "a.safetensors" }
            print(fal.download(url))
            print(fal.download(url))
            """)
        #expect(paths.map { $0.split(separator: "/").last } == ["a.safetensors", "a-2.safetensors"])
    }

    @Test(arguments: ["../{seed}", "/tmp/{seed}", "a/../../{seed}", "{sed}", "{seed", "", "a//b", ".{seed}", "{ext}"])
    func aTemplateThatLeadsOutOrNamesNoFieldIsRefused(template: String) async throws {
        let run = try await FalhostProcess.run(
            "--simulate", "--root", project.path, "--name", template, "-e", "print(1)")
        #expect(run.status == 64 && run.output.isEmpty, "\(run.errors)")
        #expect(run.errors.hasPrefix("falhost: --name: "), "\(run.errors)")
        let set = try await FalhostProcess.run("-e", "print(1)", environment: ["FALHOST_NAME": template])
        // An empty variable is one that is not set.
        #expect(template.isEmpty ? set.status == 0 : set.errors.hasPrefix("falhost: FALHOST_NAME: "), "\(set.errors)")
    }
}
