import Foundation
import Testing

/// `--max-memory` and `--max-burst`.
@Suite(.timeLimit(.minutes(5)))
struct ScriptLimitsTests {
    @Test(arguments: [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, function() while true do end end) end",
        "local co = coroutine.wrap(function() while true do pcall(error) end end) co()",
        "string.find(('a'):rep(700), '.-.-.-b')",
        "table.move({}, 1, 1 << 40, 2)",
        "require('task').spawn(function() while true do end end):await()",
    ])
    func aScriptThatDoesNotWaitIsStopped(script: String) async throws {
        let run = try await FalhostProcess.run("--max-burst", "0.2", "-e", "\n\(script)")
        #expect(run.status == 1)
        let line = run.errors.prefix { $0 != "\n" }
        #expect(line.hasPrefix("falhost: (command line):2: "), "\(run.errors)")
        #expect(line.contains("the script ran for 0.2 s without a wait"), "\(run.errors)")
        #expect(line.contains("--max-burst"))
    }

    @Test func aScriptThatWaitsInBetweenMayTakeLong() async throws {
        let script = """
            local task = require "task"
            for i = 1, 15 do
              local stop = os.clock() + 0.2
              while os.clock() < stop do end
              task.sleep(0)
            end
            print "fine"
            """
        let run = try await FalhostProcess.run("--max-burst", "2", "-e", script)
        #expect(run.output == "fine\n", "\(run.errors)")
    }

    @Test func aLongBurstMayBeCaughtOnce() async throws {
        let script = "print(pcall(function() while true do end end)) require('task').sleep(0) print 'on'"
        let run = try await FalhostProcess.run("--max-burst", "0.2", "-e", script)
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("false\t(command line):1: the script ran") && run.output.hasSuffix("on\n"))
    }

    @Test(arguments: [
        "local t = {} for i = 1, 1e9 do t[i] = 'x' .. i end",
        "local s = 'x' while true do s = s .. s end",
        "return ('x'):rep(1 << 30)",
        "require('task').spawn(function() local s = 'x' while true do s = s .. s end end):await()",
        "require('json').encode(('x'):rep(1 << 30))",
    ])
    func aScriptThatTakesTooMuchMemoryIsStopped(script: String) async throws {
        let run = try await FalhostProcess.run("--max-memory", "8M", "-e", script)
        #expect(run.status == 1)
        #expect(
            run.errors == "falhost: the script needs more than 8 MiB of memory (--max-memory sets the limit)\n")
    }

    @Test func aScriptMayGoOnWithinItsMemory() async throws {
        let script = """
            local t = {}
            print(pcall(function() for i = 1, 1e9 do t[i] = "x" .. i end end))
            t = nil collectgarbage()
            local s = ("x"):rep(1 << 20)
            print(#s)
            """
        let run = try await FalhostProcess.run("--max-memory", "8M", "-e", script)
        #expect(run.output == "false\tnot enough memory\n1048576\n", "\(run.errors)")
    }

    @Test(arguments: [
        ["--max-memory", "lots"], ["--max-memory", "1"], ["--max-memory", "-5M"], ["--max-memory", "99999999999G"],
        ["--max-burst=-1"], ["--max-burst", "0"], ["--max-burst", "soon"],
    ])
    func aLimitThatIsNoneIsRefused(options: [String]) async throws {
        let run = try await FalhostProcess.run(options + ["-e", "print 'ran'"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(options[0].prefix { $0 != "=" }), "\(run.errors)")
    }
}
