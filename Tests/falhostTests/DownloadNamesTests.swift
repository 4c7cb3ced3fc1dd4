import Foundation
import Testing

/// What `fal.download` calls its files.
@Suite(.timeLimit(.minutes(5)))
struct DownloadNamesTests {
    @Test func picturesThatAreSavedAtTheSameTimeAllStay() throws {
        let project = try TemporaryFolder.project()
        let script = """
            local fal, task = require "fal", require "task"
            local result = fal.subscribe("fal-ai/flux-lora", { prompt = "x", image_size = "square", num_images = 1 })
            local url = result.images[1].url
            local paths = task.map({ url, url, url, url }, function(each) return (fal.download(each)) end)
            for _, path in ipairs(paths) do
              assert(io.open(path)):close()
              print(path)
            end
            """
        let run = try FalhostProcess.run("--simulate", "--root", project.path, "-e", script)
        #expect(run.status == 0, "\(run.errors)")
        #expect(Set(run.output.split(separator: "\n")).count == 4, "\(run.output)")
    }

    @Test func aNumberGetsTheBeginningOfTheIdBeforeIt() throws {
        let project = try TemporaryFolder.project()
        let script = """
            local fal = require "fal"
            local job = fal.submit("fal-ai/flux-lora", { prompt = "x", image_size = "square" })
            local path = fal.download(job:result().images[1].url)
            print(path:match("[^/]+$") == job.request_id:sub(1, 8) .. "-1.jpg")
            """
        let run = try FalhostProcess.run("--simulate", "--root", project.path, "-e", script)
        #expect(run.output == "true\n", "\(run.output)\(run.errors)")
    }
}
