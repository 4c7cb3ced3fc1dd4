import Foundation
import Simulator
import Testing

/// `task.stop_signal`: a script that ends by itself when it is told to.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct StopSignalTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Starts a script that says when it is ready by making a file.
    private func start(_ script: String, environment: [String: String] = [:]) async throws -> RunningFalhost {
        let chunk = """
            local task = require "task"
            local function ready() io.open("\(folder.path)/ready", "w"):close() end
            \(script)
            """
        let file = try folder.file("script.lua", contents: Data(chunk.utf8))
        let falhost = try RunningFalhost([file.path], environment: environment)
        try await falhost.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        return falhost
    }

    @Test(arguments: SignalsTests.signals)
    func `A script that waits for the signal ends by itself, with its own status`(
        signal: SignalsTests.Signal
    ) async throws {
        let falhost = try await start(
            """
            task.scope(function(scope)
              scope:spawn(function() ready() while true do task.sleep(60) end end)
              print(task.stop_signal())
              scope:cancel()
            end)
            task.sleep(0.05) -- there is time for this
            print("saved", task.stop_signal())
            """)
        falhost.signal(signal.number)
        let run = try await falhost.ending()
        let name = signal.number == SIGINT ? "SIGINT" : "SIGTERM"
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(run.output == "\(name)\nsaved\t\(name)\n")
    }

    @Test func `Its own status is that of os exit or of its error, too`() async throws {
        for (end, status) in [("os.exit(7)", Int32(7)), ("error 'broken'", 1)] {
            let falhost = try await start("task.spawn(function() ready() end) task.stop_signal() \(end)")
            falhost.signal(SIGTERM)
            #expect(try await falhost.ending().status == status)
            try FileManager.default.removeItem(atPath: folder.path + "/ready")
        }
    }

    @Test(arguments: SignalsTests.signals)
    func `The second signal ends it at once`(signal: SignalsTests.Signal) async throws {
        let falhost = try await start(
            """
            task.spawn(function() ready() end)
            task.stop_signal()
            io.open("\(folder.path)/told", "w"):close()
            task.sleep(60)
            """)
        falhost.signal(SIGTERM)
        try await falhost.wait { FileManager.default.fileExists(atPath: folder.path + "/told") }
        falhost.signal(signal.number)
        #expect(try await falhost.ending().status == signal.status)
    }

    @Test func `What keeps busy meanwhile is not broken off`() async throws {
        let falhost = try await start(
            """
            task.spawn(function()
              ready()
              local finish = os.clock() + 1.5
              while os.clock() < finish do end
              print "done"
            end)
            print(task.stop_signal())
            """)
        falhost.signal(SIGINT)
        let run = try await falhost.ending()
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(run.output == "done\nSIGINT\n")
    }

    @Test func `A script that has given up waiting is ended as any other`() async throws {
        let falhost = try await start(
            """
            pcall(task.timeout, 0.01, task.stop_signal)
            ready()
            task.sleep(60)
            """)
        falhost.signal(SIGTERM)
        let run = try await falhost.ending()
        #expect(run.status == 143 && run.errors == "falhost: terminated\n", "\(run.errors)")
    }

    @Test func `What fal works on is left to it, and the way to collect it is told`() async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator(faults: ["job:endless:times=always"]) { simulator in
            let script = try project.file(
                "scripts/bot.lua",
                """
                local fal, task = require "fal", require "task"
                task.scope(function(scope)
                  for seed = 1, 2 do
                    scope:spawn(fal.subscribe, "fal-ai/flux-lora", { prompt = "x", seed = seed })
                  end
                  task.stop_signal()
                  scope:cancel()
                end)
                """)
            let falhost = try RunningFalhost([script.path], environment: simulator.environment())
            try await falhost.wait { simulator.counters()[.stream] == 2 }
            falhost.signal(SIGTERM)
            let run = try await falhost.ending()
            #expect(run.status == 0, "\(run.errors)")
            #expect(
                run.complaints.last?.hasPrefix("ended after SIGTERM; 2 jobs are not done: falhost ") == true,
                "\(run.errors)")
            #expect(simulator.counters().cancels == 0, "what is paid for was cancelled")
        }
    }

    @Test func `Where nobody passes signals on, it says so`() async throws {
        let run = try await FalhostProcess.run("lua", "-e", "print(pcall(require('task').stop_signal))")
        #expect(run.output.hasPrefix("false\t"))
        #expect(run.output.contains("task.stop_signal: no signals here"), "\(run.output)")
    }
}
