import ArgumentParser
import EventLoop
import Generation
import LuaRuntime
import Scripting

/// `falhost script.lua`: the main job.
struct RunCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a Lua script (this is what falhost does when no command is named).",
        usage:
            "falhost [options] script.lua [args]\n       falhost [options] -e 'chunk' [args]\n       falhost [options] - [args]\n       falhost [options]"
    )

    static let examples = [
        "falhost --simulate scripts/quickstart.lua   # no key, no cost",
        "falhost script.lua anna \"by the sea\"        # the script finds its arguments in `...` and `arg`",
        "falhost --resume script.lua                 # what the last run paid for is not paid for again",
        "falhost --simulate                          # a prompt: type Lua, see values",
        "falhost -e 'print(require(\"fal\").is_available())'",
        "falhost generate --avatar anna \"smiling portrait in a park\"",
        "falhost explain --avatar anna \"smiling portrait in a park\"   # what would be sent; sends nothing",
        "falhost generate --help",
    ]

    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions
    @OptionGroup var resumption: ResumptionOptions
    @OptionGroup var pacing: PacingOptions

    @Option(
        name: .customShort("e"), help: ArgumentHelp("Run this chunk of Lua instead of a script.", valueName: "chunk"))
    var chunk: String?

    @Option(
        help: ArgumentHelp(
            "Most memory that the script or the prompt may take: bytes, or with K, M or G (default: no limit).",
            valueName: "size"))
    var maxMemory: MemorySize?

    @Option(
        help: ArgumentHelp(
            "Longest time that the script, or a line at the prompt, may run without a wait, in seconds (default: no limit).",
            valueName: "seconds"
        ))
    var maxBurst: Double?

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("A Lua script (- for standard input) and its arguments.", valueName: "script"),
        completion: .file(extensions: ["lua"]))
    var words: [String] = []

    func run() throws {
        try checkWords()
        let script = chunk == nil && words.first != "-" ? words.first : nil
        try resumption.check(script: script, isSimulated: project.shared.simulate)
        if chunk == nil, words.isEmpty, REPLCommand.isPossible {
            return try REPLCommand.run(project, budget, pacing, limits)
        }
        // Byte for byte: a script may get any file's name.
        let arguments = Array(CommandLine.rawArguments.suffix(chunk == nil ? max(words.count - 1, 0) : words.count))
        try runCommand(project, budget: budget, pacing: pacing, script: script) { host in
            host.invocation = script.map { ScriptInvocation(script: $0, arguments: arguments) }
            do {
                let source = try source()
                try await host.resume(resumption)
                try await host.run(source, arguments: arguments, limits: limits)
            } catch let error as LuaError {
                guard let code = Self.exitCode(ofUncaught: error) else { throw error }
                throw CommandError(code, error.report)
            }
        }
    }

    /// Of an error that is not the script's own; nil for all others.
    private static func exitCode(ofUncaught error: LuaError) -> ExitCode? {
        func isOne(_ code: GenerationError.Code) -> Bool { error.message.hasSuffix("[\(code.rawValue)]") }
        if isOne(.budgetExceeded) { return .stoppedByBudget }
        return isOne(.storage) ? .inputOutput : nil
    }

    func validate() throws {
        // A year is longer than any run.
        if let maxBurst, !(maxBurst > 0 && maxBurst <= 31_536_000) {
            throw ValidationError("--max-burst takes seconds, like 5 or 0.5.")
        }
    }

    private var limits: ScriptLimits {
        ScriptLimits(memory: maxMemory?.bytes, burst: maxBurst.map { .seconds($0) })
    }

    private func checkWords() throws {
        guard chunk == nil, let script = words.first else { return }
        // The parser leaves what comes where a script may stand to the script.
        if ["-h", "--help"].contains(script) { throw CleanExit.helpRequest(Self.self) }
        if script.hasPrefix("-"), script != "-" {
            throw ValidationError("unknown option '\(script)' (falhost --help lists them)")
        }
    }

    private func source() throws -> ScriptSource {
        if let chunk {
            return ScriptSource(text: CommandLine.bytes(of: chunk), name: "=(command line)", arg0: "falhost")
        }
        let script = words.first ?? "-"
        if script == "-" { return ScriptSource(text: try SourceFile.read("-"), name: "=stdin", arg0: "-") }
        return ScriptSource(text: try SourceFile.read(script), name: "@" + script, arg0: script)
    }
}
