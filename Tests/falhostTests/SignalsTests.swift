import Foundation
import Simulator
import Testing

/// Ctrl-C and its relatives, while something costs money and while nothing listens.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SignalsTests {
    struct Signal: Sendable, CustomTestStringConvertible {
        let number: Int32
        let status: Int32
        let word: String
        var testDescription: String { word }
    }

    static let signals = [
        Signal(number: SIGINT, status: 130, word: "interrupted"),
        Signal(number: SIGTERM, status: 143, word: "terminated"),
    ]

    static let waits = [
        // On the status stream, on polls where the stream is refused, on the answer to the submit, between retries.
        ["job:endless"], ["job:endless", "stream:404:times=always"], ["submit:hang:times=always"],
        ["submit:429:retry-after=60:times=always"],
    ]

    @Test(arguments: signals, waits)
    func theFirstSignalEndsAGenerationAndLeavesItsJobToBeResumed(signal: Signal, faults: [String]) async throws {
        let project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
        try await withSimulator(faults: faults) { simulator in
            let falhost = try RunningFalhost(
                ["generate", "--avatar", "demo-anna", "x"],
                // Patient enough to be found waiting for the 60 seconds that fal asks for.
                environment: simulator.environment().merging(["FALHOST_PATIENCE": "300"]) { $1 }, folder: project.url)
            let kind: RequestKind = faults[0] == "job:endless" ? (faults.count > 1 ? .status : .stream) : .submit
            try await falhost.wait { simulator.counters()[kind] > 0 }
            let begin = ContinuousClock.now
            falhost.signal(signal.number)
            let run = try await falhost.ending()
            #expect(run.status == signal.status, "\(run.errors)")
            let complaint = try #require(run.complaints.first)
            // What was refused with 429 is not at fal: resume submits it.
            let isRefused = faults[0].hasPrefix("submit:429")
            let start = "falhost: \(signal.word); 1 job is not done: falhost resume 2"
            #expect(run.complaints.last?.hasPrefix(start) == true, "\(run.errors)")
            #expect(run.complaints.count == (isRefused ? 2 : 1) && complaint.contains("429") == isRefused)
            #expect(run.output.isEmpty)
            #expect(.now - begin < .seconds(20), "it should have ended at once")
            #expect(simulator.counters().cancels == 0, "what is paid for was cancelled")
        }
    }

    /// Nobody would find them again.
    @Test(arguments: signals)
    func withoutALedgerAllJobsOfAScriptAreCancelled(signal: Signal) async throws {
        let script = """
            local fal, task = require "fal", require "task"
            task.map({ 1, 2, 3, 4, 5 }, function(seed)
              fal.subscribe("fal-ai/flux-lora", { prompt = "x", seed = seed })
            end)
            """
        try await withSimulator(faults: ["job:endless:times=always"]) { simulator in
            let falhost = try RunningFalhost(["-e", script], environment: simulator.environment())
            try await falhost.wait { simulator.counters()[.stream] == 5 }
            falhost.signal(signal.number)
            let run = try await falhost.ending()
            #expect(run.status == signal.status, "\(run.errors)")
            #expect(run.errors == "falhost: \(signal.word)\n")
            #expect(simulator.counters().cancels == 5)
        }
    }

    @Test func aScriptThatCleansUpMayDoSo() async throws {
        let folder = try TemporaryFolder()
        let script = """
            local task = require "task"
            local cleanup <close> = setmetatable({}, { __close = function() print "cleaned up" end })
            io.open("\(folder.path)/ready", "w"):close()
            task.sleep(60)
            """
        let falhost = try RunningFalhost(["-e", script])
        try await falhost.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        falhost.signal(SIGINT)
        let run = try await falhost.ending()
        #expect(run.status == 130)
        #expect(run.output == "cleaned up\n")
        #expect(run.errors == "falhost: interrupted\n")
    }

    @Test(arguments: signals)
    func theSecondSignalEndsABusyLoopAtOnce(signal: Signal) async throws {
        let folder = try TemporaryFolder()
        let script = "io.open('\(folder.path)/ready', 'w'):close() while true do end"
        let falhost = try RunningFalhost(["-e", script])
        try await falhost.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        falhost.signal(signal.number)
        // Two signals of one number that are pending at the same time are one: the second is sent until it arrives.
        while falhost.isRunning {
            try await Task.sleep(for: .milliseconds(50))
            falhost.signal(signal.number)
        }
        #expect(try await falhost.ending().status == signal.status)
    }

    static let busyLoops = [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do coroutine.wrap(function() pcall(error) end)() end",
        "local t = require 'task' for i = 1, 3 do t.spawn(function() while true do end end) end t.sleep(600)",
        "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end",
    ]

    @Test(arguments: signals, busyLoops)
    func oneSignalEndsABusyLoop(signal: Signal, loop: String) async throws {
        let folder = try TemporaryFolder()
        let falhost = try RunningFalhost(["-e", "io.open('\(folder.path)/ready', 'w'):close() \(loop)"])
        try await falhost.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        falhost.signal(signal.number)
        let run = try await falhost.ending()
        #expect(run.status == signal.status, "\(run.errors)")
        #expect(run.errors == "falhost: \(signal.word)\n")
    }

    @Test func aBusyScriptMayCleanUp() async throws {
        let folder = try TemporaryFolder()
        let script = """
            local task = require "task"
            local cleanup <close> = setmetatable({}, { __close = function() print "cleaned up" end })
            local child = task.spawn(function()
              local cleanup <close> = setmetatable({}, { __close = function() task.sleep(0.01) print "waited" end })
              io.open("\(folder.path)/ready", "w"):close()
              while true do end
            end)
            print(select(2, pcall(child.await, child)).code)
            print(select(2, pcall(function() while true do end end)).code)
            print(select(2, pcall(task.sleep, 60)).code)
            """
        let falhost = try RunningFalhost(["-e", script])
        try await falhost.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        falhost.signal(SIGINT)
        let run = try await falhost.ending()
        #expect(run.status == 130)
        let lines = run.output.split(separator: "\n").sorted()
        #expect(lines == ["cancelled", "cancelled", "cancelled", "cleaned up", "waited"], "\(run.errors)")
    }

    @Test(arguments: ["while true do print(1) end", "while true do pcall(print, 1) end"])
    func aScriptWhoseReaderWentAwayEnds(script: String) async throws {
        let run = try await FalhostProcess.shell("{ \"$FALHOST\" -e '\(script)'; echo $? >&2; } | head -n 1")
        #expect(run.output == "1\n")
        #expect(run.errors == "141\n")
    }

    @Test func aScriptThatCatchesItsCancellationIsEndedByTheSecondSignal() async throws {
        let folder = try TemporaryFolder()
        let script = """
            local task = require "task"
            io.open("\(folder.path)/ready", "w"):close()
            while true do
              pcall(task.sleep, 60)
            end
            """
        let falhost = try RunningFalhost(["-e", script])
        try await falhost.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        while falhost.isRunning {
            falhost.signal(SIGINT)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await falhost.ending().status == 130)
    }
}
