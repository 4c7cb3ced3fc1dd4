import ArgumentParser
import EventLoop
import LuaRuntime
import Scripting

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One run of lua(1), from its command line to its exit code.
@LoopActor
struct LuaProgram {
    let commandLine: LuaCommandLine
    let program: [UInt8]

    func run() async -> Int32 {
        if commandLine.showsVersion { showVersion() }
        let interpreter: LuaInterpreter
        do {
            interpreter = try LuaInterpreter(ignoresEnvironment: commandLine.ignoresEnvironment)
        } catch {
            LuaOutput.complain(Array("cannot create state: not enough memory".utf8), program: program)
            return EXIT_FAILURE
        }
        offerModules(to: interpreter)
        interpreter.setArguments(commandLine.words, origin: commandLine.origin)
        let code = await exitCode(of: interpreter)
        interpreter.state.close()
        return code
    }

    private func exitCode(of interpreter: LuaInterpreter) async -> Int32 {
        do throws(LuaInterpreter.Failure) {
            try await runAll(interpreter)
            return EXIT_SUCCESS
        } catch {
            switch error {
            case .exit(let code): return code
            case .message(let message):
                LuaOutput.complain(message, program: program)
                return EXIT_FAILURE
            }
        }
    }

    private func runAll(_ interpreter: LuaInterpreter) async throws(LuaInterpreter.Failure) {
        if !commandLine.ignoresEnvironment { try await runInitialization(interpreter) }
        for step in commandLine.steps {
            switch step {
            case .chunk(let text): try await interpreter.run(text, name: "=(command line)")
            case .library(let module, let global): try await interpreter.require(module, into: global)
            case .warnings: interpreter.turnWarningsOn()
            }
        }
        switch commandLine.script {
        case .file(let path): try await interpreter.runFile(path, isScript: true)
        case .standardInput: try await interpreter.runFile(nil, isScript: true)
        case nil: break
        }
        if commandLine.isInteractive {
            try await converse(with: interpreter)
        } else if commandLine.isEmpty {
            guard LuaOutput.isTerminalInput else { return try await interpreter.runFile(nil, isScript: false) }
            showVersion()
            try await converse(with: interpreter)
        }
    }

    /// LUA_INIT_5_4, else LUA_INIT: a chunk, or `@` and the name of a file.
    private func runInitialization(_ interpreter: LuaInterpreter) async throws(LuaInterpreter.Failure) {
        for name in ["LUA_INIT_5_4", "LUA_INIT"] {
            guard let value = getenv(name) else { continue }
            let text = Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
            guard text.first == UInt8(ascii: "@") else { return try await interpreter.run(text, name: "=" + name) }
            return try await interpreter.runFile(Array(text.dropFirst()), isScript: false)
        }
    }

    private func converse(with interpreter: LuaInterpreter) async throws(LuaInterpreter.Failure) {
        try await LuaPrompt(interpreter: interpreter, lines: lines(for: interpreter)).run()
    }

    /// Edited where a person sees what is typed; else as lua(1) reads them.
    private func lines(for interpreter: LuaInterpreter) -> any LuaLineReader {
        let plain = PlainLines(echoes: !LuaOutput.isTerminalInput)
        guard REPLCommand.isPossible else { return plain }
        do {
            return try EditedLines(interpreter.state)
        } catch {
            LuaOutput.complain(Array("lines are not edited: \(error)".utf8), program: program)
            return plain
        }
    }

    private func showVersion() {
        LuaOutput.write(Array((LuaInterpreter.version + "\n").utf8))
    }

    /// `require "fal"` and its like work here too; before that nothing of falhost's project is looked at.
    private func offerModules(to interpreter: LuaInterpreter) {
        let modules = LateModules {
            endWithoutReader()
            return try Host(settings: try Settings(try ProjectOptions.parse([])), script: script)
        }
        var isWaitingPossible = false
        interpreter.state.addSearcher { name in
            guard let module = try modules.module(named: name) else { return nil }
            if !isWaitingPossible { try interpreter.interruptWaits() }
            isWaitingPossible = true
            return module
        }
    }

    /// A broken pipe is an error that libcurl reports. Standard output without a reader ends the process, as before.
    private func endWithoutReader() {
        signal(SIGPIPE) { number in
            guard Console.hasNoReader else { return }
            signal(number, SIG_DFL)
            raise(number)
        }
    }

    private var script: String? {
        guard case .file(let path) = commandLine.script else { return nil }
        return String(decoding: path, as: UTF8.self)
    }
}
