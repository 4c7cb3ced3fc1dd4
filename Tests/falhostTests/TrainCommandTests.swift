import Foundation
import JSON
import Simulator
import TestSupport
import Testing

/// `falhost train` and `fal.train`, killed and taken up again.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TrainCommandTests {
    /// A project with photos, and a simulator that its falhost sends everything to.
    private func withProject(
        trainTime: Duration = .zero, photos: Int = 10,
        _ test: (Simulator, Project) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder.project()
        for number in 0..<photos {
            try folder.file("photos/\(number).png", contents: ColouredSquares.png(number))
        }
        var configuration = SimulatorConfiguration()
        configuration.trainTime = trainTime
        try await withSimulator(configuration) { simulator in
            try await test(simulator, Project(folder: folder, environment: simulator.environment()))
        }
    }

    private struct Project {
        let folder: TemporaryFolder
        let environment: [String: String]

        static let anna = ["train", "portrait", "photos", "--name", "Anna", "--trigger", "TOK_anna"]

        func run(_ arguments: String...) async throws -> FalhostProcess { try await run(arguments) }

        func run(_ arguments: [String]) async throws -> FalhostProcess {
            try await FalhostProcess.run(arguments, environment: environment, folder: folder.url)
        }

        func start(_ arguments: [String]) throws -> RunningFalhost {
            try RunningFalhost(arguments, environment: environment, folder: folder.url)
        }

        func avatar(_ id: String) async throws -> JSONValue {
            try await JSONValue(parsing: try run("avatars", "show", id).output)
        }
    }

    @Test func aTrainingThatWasKilledIsCollectedAndPaidForOnce() async throws {
        try await withProject(trainTime: .seconds(8)) { simulator, project in
            let falhost = try project.start(Project.anna + ["--keep-lora"])
            try await falhost.wait { simulator.counters()[.stream] == 1 }
            falhost.signal(SIGKILL)
            #expect(try await falhost.ending().status == 128 + SIGKILL)
            await #expect(try project.avatar("anna")["status"] == "training")
            let resumed = try await project.run("resume")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.output.contains("\tcompleted\tanna"))
            let avatar = try await project.avatar("anna")
            #expect(avatar["status"] == "completed" && avatar["trigger_phrase"] == "TOK_anna")
            #expect(avatar["diffusers_lora_file_url"]?.stringValue?.hasPrefix(simulator.baseURL) == true)
            let models = try FileManager.default.contentsOfDirectory(atPath: project.folder.path + "/.falhost/models")
            #expect(models.count == 1 && models[0].hasSuffix(".safetensors"))
            let drawn = try await project.run("generate", "--avatar", "anna", "by the sea")
            #expect(drawn.status == 0, "\(drawn.errors)")
            // The same command finds it.
            let again = try await project.run(Project.anna + ["--keep-lora"])
            #expect(again.status == 0 && again.output.hasPrefix("anna\t"))
            #expect(again.errors.contains("not paid for again"))
            #expect(simulator.counters().submits == 2)
        }
    }

    @Test func aKeyNamesTheTrainingInWhateverProcess() async throws {
        try await withProject(trainTime: .seconds(6)) { simulator, project in
            func script(_ more: String) async throws {
                try project.folder.file(
                    "train.lua",
                    """
                    local fal = require "fal"
                    local options = {
                      kind = "portrait", photos = "photos", name = "Anna", trigger = "TOK_anna", key = "order-17",
                      on_progress = function() end,
                    }
                    for name, value in pairs({ \(more) }) do options[name] = value end
                    local ok, avatar, result = pcall(fal.train, options)
                    if not ok then print(avatar.code, avatar.message) return end
                    print(avatar.status, result.resumed, result.job_id, avatar.diffusers_lora_file_url, result.request_id)
                    """)
            }
            try await script("")
            let killed = try project.start(["train.lua"])
            try await killed.wait { simulator.counters()[.stream] >= 1 }
            killed.signal(SIGKILL)
            #expect(try await killed.ending().status == 128 + SIGKILL)
            let (one, other) = (try project.start(["train.lua"]), try project.start(["train.lua"]))
            let waiting = [try await one.ending(), try await other.ending()]
            #expect(waiting.allSatisfy { $0.status == 0 && $0.output.hasPrefix("completed\ttrue\t") }, "\(waiting)")
            #expect(waiting[0].output == waiting[1].output)
            // What a preset says today does not count.
            try project.folder.file("presets/training/balanced.lua", "return { steps = 900 }\n")
            let again = try await project.run("train.lua")
            #expect(again.output == waiting[0].output, "\(again.errors)")
            for (more, difference) in [
                ("settings = { steps = 700 }", "settings is "), ("trigger = 'TOK_other'", "trigger is "),
                ("photos = { 'photos/0.png', 'photos/1.png' }", "photos is "), ("avatar_id = 'b'", "avatar is "),
                ("kind = 'style'", "endpoint is "), ("preset = 'fast'", "preset is "),
            ] {
                try await script(more)
                let refused = try await project.run("train.lua")
                #expect(
                    refused.output.hasPrefix("invalid_config\t") && refused.output.contains(difference), "\(refused)")
                #expect(refused.output.contains("'order-17' names job"))
            }
            #expect(simulator.counters().submits == 1)
            let job = try await project.run("-e", "print(#require('fal').jobs.list { key = 'order-17' })")
            #expect(job.output == "1\n", "\(job.errors)")
        }
    }

    @Test func aDryRunShowsEverythingAndSendsNothing() async throws {
        try await withProject(photos: 3) { simulator, project in
            try project.folder.file("photos/0.txt", "a picture of a house")
            let plain = try await project.run(
                "train", "style", "photos", "--name", "Noir", "--trigger", "NOIR", "--preset", "quality", "--dry-run")
            #expect(plain.status == 65)
            #expect(plain.errors.contains("error: fal-ai/flux-lora-fast-training needs at least 4 photos, there are 3"))
            #expect(plain.errors.contains("note: 0.txt: it does not name the subject"))
            #expect(plain.output.contains("$4.00"))
            let json = try await project.run(Project.anna + ["--dry-run", "--json", "--set", "steps=1500"])
            #expect(json.status == 0, "\(json.errors)")
            let plan = try JSONValue(parsing: json.output)
            #expect(plan["arguments"]?["steps"] == 1500 && plan["arguments"]?["trigger_phrase"] == "TOK_anna")
            #expect(plan["cost"]?["estimate"] == .null && plan["photos"] == 3)
            #expect(plan["findings"]?.arrayValue?.contains { $0["code"] == "few_photos" } == true)
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func anArchiveOfPhotosIsTrainedOnAndCancelledByItsJob() async throws {
        try await withProject(trainTime: .seconds(60)) { simulator, project in
            let zip = try await FalhostProcess.run(
                Project.anna + ["--dry-run", "--root", project.folder.path], folder: project.folder.url)
            #expect(zip.status == 0)
            let falhost = try project.start(Project.anna)
            try await falhost.wait { simulator.counters()[.stream] == 1 }
            falhost.signal(SIGINT)
            let interrupted = try await falhost.ending()
            #expect(interrupted.status == 130 && interrupted.errors.contains("falhost resume"))
            let jobs = try await JSONValue(parsing: try project.run("jobs", "list", "--json").output)
            let job = try #require(jobs.arrayValue?.first)
            #expect(job["state"] == "submitted" && job["avatar"] == "anna" && job["training"]?["photos"] == 10)
            let cancelled = try await project.run("jobs", "cancel", try #require(job["id"]?.stringValue))
            #expect(cancelled.status == 0, "\(cancelled.errors)")
            await #expect(try project.avatar("anna")["status"] == "cancelled")
            #expect(simulator.counters().cancels == 1)
        }
    }

    @Test func aScriptTrainsAndHearsOfTheProgress() async throws {
        try await withProject { simulator, project in
            try project.folder.file(
                "train.lua",
                """
                local fal = require "fal"
                local seen = {}
                local avatar, result = fal.train {
                  kind = "style", photos = "photos", name = "Noir", trigger = "NOIRSTYLE", settings = { steps = 700 },
                  on_progress = function(percent, line) seen[#seen + 1] = percent or line end,
                }
                print(avatar.id, avatar.status, result.arguments.steps, result.price, seen[#seen - 1], #seen > 3)
                local again, second = fal.train {
                  kind = "style", photos = "photos", name = "Noir", trigger = "NOIRSTYLE", settings = { steps = 700 },
                  on_progress = print,
                }
                print(again.diffusers_lora_file_url == avatar.diffusers_lora_file_url, second.resumed)
                local url, picture = fal.generate_avatar_image(avatar, "a street")
                print(picture.endpoint, picture.arguments.loras[1].path == avatar.diffusers_lora_file_url)
                local ok, err = pcall(fal.train, { kind = "portrait", photos = {}, name = "X", trigger = "Y" })
                print(ok, err.code, err.field)
                """)
            let run = try await project.run("train.lua")
            #expect(run.status == 0, "\(run.errors)")
            #expect(
                run.output == """
                    noir\tcompleted\t700\t1.4\t100\ttrue
                    true\ttrue
                    fal-ai/flux-lora\ttrue
                    false\tvalidation\tphotos

                    """)
            #expect(simulator.counters().submits == 2)
        }
    }

    @Test func theDoctorKnowsTheTrainingPresetsAndWhatIsDeprecated() async throws {
        try await withProject(photos: 0) { _, project in
            let well = try await project.run("doctor", "--offline")
            #expect(well.output.contains("balanced, fast, quality"))
            #expect(well.output.contains("fal has deprecated fal-ai/flux-pro-trainer"))
            try project.folder.file("presets/training/fast.lua", "return { portrait = { stepz = 5 } }")
            let ill = try await project.run("doctor", "--offline")
            #expect(ill.status == 78 && ill.output.contains("stepz"))
            let check = try await project.run("check")
            #expect(check.output.contains("presets/training/fast.lua:1"))
            #expect(check.output.contains("did you mean steps?"))
        }
    }
}
