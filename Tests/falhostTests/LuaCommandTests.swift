import Foundation
import Testing

/// `falhost lua` where no other interpreter is needed to say what is right: Lua manual §7, and what falhost adds.
@Suite(.timeLimit(.minutes(5)))
struct LuaCommandTests {
    private func lua(_ arguments: String..., input: String = "", folder: URL? = nil) async throws -> FalhostProcess {
        try await FalhostProcess.run(["lua"] + arguments, input: Data(input.utf8), folder: folder)
    }

    @Test func anUnknownOptionGetsTheUsage() async throws {
        let run = try await lua("--help")
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.first?.hasSuffix("falhost lua: unrecognized option '--help'") == true, "\(run.errors)")
        #expect(lines.dropFirst().first?.hasSuffix("falhost lua [options] [script [args]]") == true, "\(run.errors)")
    }

    @Test func theArgumentTableHasAllWordsAroundTheScript() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(
            "x.lua", contents: Data("print(arg[-3]:match '[^/]*$', arg[-2], arg[-1], arg[0], ...)".utf8))
        let run = try await lua("-W", "x.lua", "a", "b", folder: folder.url)
        #expect(run.output == "falhost\tlua\t-W\tx.lua\ta\tb\n", "\(run.errors)")
    }

    @Test(arguments: ["lua", "lua5.4", "falhost-lua"])
    func aLinkOfAnInterpretersNameIsTheInterpreter(name: String) async throws {
        let folder = try TemporaryFolder()
        let link = folder.url.appendingPathComponent(name)
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: FalhostProcess.executable)
        let run = try await RunningFalhost(["-e", "print(arg[0])"], executable: link).ending()
        #expect(run.output == link.path + "\n", "\(run.errors)")
    }

    @Test func hostFunctionsWaitAtTheTopLevelAndAtThePrompt() async throws {
        #expect(try await lua("-e", "require 'task'.sleep(0.01) print 'awake'").output == "awake\n")
        let session = try await lua("-i", input: "task = require 'task'\ntask.spawn(function() return 4 end):await()\n")
        #expect(session.output.contains("\n4\n"), "\(session.output)")
    }

    @Test(arguments: ["fal", "avatars", "fs", "http", "json", "log", "task"])
    func everyModuleOfAScriptIsThereToo(name: String) async throws {
        let script = try await FalhostProcess.run("-e", "for name in pairs(package.preload) do print(name) end")
        #expect(script.output.split(separator: "\n").contains(Substring(name)))
        #expect(script.output.split(separator: "\n").count == 7, "a module is missing here or in LateModules")
        #expect(try await lua("-e", "print(type(require '\(name)'))").output == "table\n")
    }

    @Test func nothingOfTheProjectIsLookedAtBeforeItIsRequired() async throws {
        // A setting that falhost refuses, and a key that it takes out of the environment.
        let environment = ["FALHOST_LOG": "nonsense", "FAL_KEY": "id:secret"]
        let words = ["lua", "-e", "print(os.getenv 'FAL_KEY', pcall(require, 'fal'))"]
        let run = try await FalhostProcess.run(words, environment: environment)
        #expect(run.output.hasPrefix("id:secret\tfalse\t"), "\(run.output)")
        #expect(run.output.contains("FALHOST_LOG: 'nonsense' is not a log level"), "\(run.output)")
        #expect(run.status == 0)
    }

    @Test func aFileBeatsAModuleOfTheSameName() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("fal.lua", contents: Data("return 'mine'".utf8))
        #expect(try await lua("-e", "print((require 'fal'))", folder: folder.url).output == "mine\n")
    }

    @Test func anErrorOfATaskIsReportedWithBothTracebacks() async throws {
        let run = try await lua(
            "-e", "local task = require 'task' task.spawn(function() error 'in the child' end):await()")
        #expect(run.status == 1)
        #expect(run.errors.contains("(command line):1: in the child\nstack traceback:"), "\(run.errors)")
        #expect(run.errors.contains("awaited at:"), "\(run.errors)")
        let unawaited = try await lua("-e", "require 'task'.spawn(function() error 'nobody looks' end)")
        #expect(unawaited.status == 1)
        #expect(unawaited.errors.contains("nobody looks"), "\(unawaited.errors)")
    }

    @Test(arguments: [
        "while true do end", "require 'task'.sleep(600)", "coroutine.wrap(function() while true do end end)()",
        "coroutine.wrap(function() require 'task'.sleep(600) end)()",
        "require 'task'.all { function() require 'task'.sleep(600) end }",
    ])
    func ctrlCIsAnErrorThatCanBeCaught(work: String) async throws {
        let folder = try TemporaryFolder()
        let script = """
            local ok, message = pcall(function() io.open("\(folder.path)/ready", "w"):close() \(work) end)
            print(ok, message)
            """
        let lua = try RunningFalhost(["lua", "-e", script], seconds: 60)
        try await lua.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        lua.signal(SIGINT)
        let run = try await lua.ending()
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("false\t") && run.output.hasSuffix("interrupted!\n"), "\(run.output)")
    }

    @Test func theSecondCtrlCEndsTheProcess() async throws {
        let folder = try TemporaryFolder()
        let script =
            "io.open('\(folder.path)/ready', 'w'):close() while true do pcall(function() while true do end end) end"
        let lua = try RunningFalhost(["lua", "-e", script], seconds: 60)
        try await lua.wait { FileManager.default.fileExists(atPath: folder.path + "/ready") }
        while lua.isRunning {
            lua.signal(SIGINT)
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await lua.ending().status == 128 + SIGINT)
    }

    @Test func anExitThatClosesEndsTasksToo() async throws {
        let run = try await lua(
            "-e",
            """
            local task = require "task"
            task.spawn(function()
              local x <close> = setmetatable({}, { __close = function() task.sleep(0.01) print "child closed" end })
              task.sleep(60)
            end)
            local x <close> = setmetatable({}, { __close = function() print "main closed" end })
            task.sleep(0)
            os.exit(9, true)
            """)
        #expect(run.output == "main closed\nchild closed\n", "\(run.errors)")
        #expect(run.status == 9)
    }

    @Test func aTerminalWithoutAScriptGetsASession() async throws {
        let home = try TemporaryFolder()
        let lua = try TerminalFalhost(["lua"], home: home, folder: home.url)
        try await lua.see("Lua 5.4")
        try await lua.seePrompt()
        lua.enter("6 * 7")
        try await lua.see("\n42")
        try await lua.seePrompt()
        lua.enter("os.exit(5)")
        #expect(await lua.ending().status == 5)
    }

    @Test func aSessionOnATerminalIsEdited() async throws {
        let home = try TemporaryFolder()
        let lua = try TerminalFalhost(["lua", "-i"], home: home, folder: home.url)
        try await lua.seePrompt()
        #expect(!lua.isCanonical)
        lua.enter("x = 'привт'\u{1B}[D\u{1B}[Dе")
        try await lua.seePrompt()
        lua.enter("for i = 1, 2 do")
        try await lua.seePrompt("\n>> ")
        lua.enter("print(x, i) end")
        try await lua.see("\nпривет\t1\r\nпривет\t2\r\n")
        try await lua.seePrompt("> ")
        lua.enter("string.re\u{8}\u{8}forma\t('%d', 5)")
        try await lua.see("\n5")
        try await lua.seePrompt()
        lua.type("\u{1B}[A\u{1B}[A\r")
        try await lua.see("\nпривет\t1\r\nпривет\t2\r\n")
        try await lua.seePrompt("> ")
        lua.enter("io.write 'name? ' y = io.read()")
        try await lua.see("name? ")
        lua.enter("anna")
        try await lua.seePrompt()
        lua.enter("#y")
        try await lua.see("\n4")
        try await lua.seePrompt()
        lua.type("\u{4}")
        #expect(await lua.ending().status == 0)
        #expect(lua.isCanonical)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalAtThePromptEndsTheSessionAndGivesTheTerminalBack(number: Int32) async throws {
        let home = try TemporaryFolder()
        let lua = try TerminalFalhost(["lua", "-i"], home: home, folder: home.url)
        try await lua.seePrompt()
        lua.enter("print 'busy' while true do end")
        try await lua.see("\nbusy")
        lua.type("\u{3}")
        try await lua.see("interrupted!")
        try await lua.seePrompt()
        lua.type("half")
        try await lua.see("half")
        #expect(!lua.isCanonical)
        if number == SIGINT { lua.type("\u{3}") } else { lua.signal(number) }
        #expect(await lua.ending().status == 128 + number)
        #expect(lua.isCanonical)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/busted"), "the system has no /usr/bin/busted"))
    func bustedTakesItForItsInterpreter() async throws {
        let folder = try TemporaryFolder()
        let link = folder.url.appendingPathComponent("lua")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: FalhostProcess.executable)
        let spec = """
            describe("a spec", function()
              it("waits", function() require "task".sleep(0.01) assert.are.equal(2, 1 + 1) end)
            end)
            """
        _ = try folder.file("spec/a_spec.lua", contents: Data(spec.utf8))
        let run = try await RunningFalhost(
            ["--lua=" + link.path, "-o", "TAP"], folder: folder.url, executable: URL(fileURLWithPath: "/usr/bin/busted")
        ).ending()
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "ok 1 - a spec waits\n1..1\n", "\(run.output)\(run.errors)")
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/luarocks"), "the system has no /usr/bin/luarocks")
    )
    func luaRocksTakesItForItsInterpreter() async throws {
        let folder = try TemporaryFolder()
        let lua = folder.url.appendingPathComponent("bin/lua")
        // LuaRocks asks the header for Lua's version, also for a rock without C.
        try folder.file("include/lua.h", "#define LUA_VERSION_NUM 504\n")
        try folder.file("bin/readme", "a lua is beside this")
        try FileManager.default.createSymbolicLink(at: lua, withDestinationURL: FalhostProcess.executable)
        try folder.file("rocky.lua", "return { text = 'from a rock' }")
        try folder.file("hello.lua", "require 'task'.sleep(0.01) print(require 'rocky'.text, ...)")
        try folder.file(
            "rocky-1-1.rockspec",
            """
            rockspec_format = "3.0"
            package = "rocky"
            version = "1-1"
            source = { url = "file://." }
            dependencies = { "lua >= 5.4" }
            build = { type = "none", install = { lua = { "rocky.lua" }, bin = { hello = "hello.lua" } } }
            """)
        let luarocks = { (arguments: String...) in
            let options = ["/usr/bin/luarocks", "--lua-dir=" + folder.path, "--tree=" + folder.path + "/tree"]
            return try await RunningFalhost(options + arguments, folder: folder.url, executable: lua).ending()
        }
        let path = try await luarocks("path", "--lr-path")
        #expect(path.output.contains(folder.path + "/tree/share/lua/5.4/?.lua"), "\(path.errors)")
        await #expect(try luarocks("make", "rocky-1-1.rockspec").status == 0)
        await #expect(try luarocks("list", "--porcelain").output.hasPrefix("rocky\t1-1\tinstalled"))
        let hello = folder.url.appendingPathComponent("tree/bin/hello")
        let run = try await RunningFalhost(["anna"], executable: hello).ending()
        #expect(run.output == "from a rock\tanna\n", "\(run.errors)")
    }
}
