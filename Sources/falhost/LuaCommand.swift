import ArgumentParser
import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `falhost lua`: a drop-in lua(1), which reads its own command line.
struct LuaCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "lua",
        abstract: "Run Lua as lua(1) does: its options, its messages, its exit codes; the modules are there too.",
        usage: "falhost lua [options] [script [args]]")

    static let examples = [
        "falhost lua script.lua one two",
        "falhost lua -e 'print(_VERSION)' -i",
        "ln -s \"$(command -v falhost)\" lua   # as the interpreter of other tools",
    ]

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    func run() throws {
        Self.run(CommandLine.rawArguments, programLength: 2)
    }

    /// Runs lua(1) and ends the process when the command line asks for it: by the command `lua`, or by a name of the
    /// program (a symbolic link) that is an interpreter's.
    static func runIfAsked() {
        let words = CommandLine.rawArguments
        guard let name = words.first?.split(separator: UInt8(ascii: "/")).last else { return }
        if ["lua", "lua5.4", "falhost-lua"].contains(String(decoding: name, as: UTF8.self)) {
            run(words, programLength: 1)
        }
        if words.count > 1, words[1].elementsEqual("lua".utf8) { run(words, programLength: 2) }
    }

    private static func run(_ words: [[UInt8]], programLength: Int) -> Never {
        Console.reserveStandardStreams()
        let program = Array(words.prefix(programLength).joined(separator: Array(" ".utf8)))
        do {
            let commandLine = try LuaCommandLine(words, programLength: programLength)
            terminate(try LoopActor.runBlocking { await LuaProgram(commandLine: commandLine, program: program).run() })
        } catch let mistake as LuaCommandLine.Mistake {
            LuaOutput.complain(mistake.description, program: program)
            LuaOutput.complain(Array(LuaCommandLine.usage(program).dropLast()), program: nil)
        } catch {
            LuaOutput.complain(Array("\(error)".utf8), program: program)
        }
        terminate(EXIT_FAILURE)
    }
}
