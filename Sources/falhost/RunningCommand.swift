import EventLoop
import FalClient
import Generation
import Logging
import LuaRuntime
import Scripting

/// Runs a command's work on the loop and turns whatever it throws into one line and an exit code.
func runCommand(
    _ options: ProjectOptions, budget: BudgetOptions? = nil, pacing: PacingOptions? = nil, script: String? = nil,
    logLevel: Logger.Level = .info, _ work: @escaping @LoopActor (Host) async throws -> Void
) throws {
    Console.reserveStandardStreams()
    let settings = try reporting(nil) { try Settings(options, budget, pacing, usualLogLevel: logLevel) }
    try reporting(settings) {
        try LoopActor.runBlocking {
            let host = try Host(settings: settings, script: script)
            try await host.prepare()
            let textfile = try await host.startMetricsFile()
            let task = LoopActor.spawn { try await work(host) }
            try Interrupts.handle {
                host.leaveJobs()
                if let name = Interrupts.name, host.stopSignal?.send(name) == true { return }
                Interrupts.stopBusy()
                task.cancel()
            }
            let result = await task.result
            let stopped = await LoopActor.spawn { try await host.stop() }.result
            await textfile?.end(host.metrics)
            host.tellSummary()
            host.tellSpending()
            host.tellResumption()
            if let ending = Interrupts.ending, !host.endsBySignal {
                guard let name = host.stopSignal?.name else { throw await host.ending(ending) }
                await host.tellEnding(after: name)
            }
            do {
                try result.get()
            } catch let ending as ScriptExit {
                if ending.code == 0 {
                    try stopped.get()
                    try Console.checkScriptOutput()
                }
                throw ending
            }
            try stopped.get()
            try Console.checkScriptOutput()
        }
    }
}

private func reporting<Result>(_ settings: Settings?, _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch {
        throw Settings.redacted(commandError(error, settings?.language ?? .english))
    }
}

/// What an error means at the command line: its line, and how the process ends.
func commandError(_ error: any Error, _ language: Language = .english) -> any Error {
    switch error {
    case let error as LuaError:
        CommandError(.scriptFailed, error.report)
    case let error as GenerationError:
        CommandError(ExitCode(rawValue: error.exitCode) ?? .internalError, line(error, language))
    case let error as FalError: commandError(GenerationError.fal(error), language)
    case let error as SourceFile.ReadError:
        CommandError(error.isMissing ? .inputMissing : .inputOutput, error.description)
    default: error
    }
}

extension LuaError {
    /// The error and its traceback, for people.
    var report: String { [description, traceback].compactMap { $0 }.joined(separator: "\n") }
}

extension Host {
    /// Any error as the line that a command would end with.
    func line(_ error: any Error) -> String { "\(commandError(error, language))" }
}

/// The message, then the code and the request id, as a script's tostring(err) has them.
func line(_ error: GenerationError, _ language: Language) -> String {
    let tail = [error.code.rawValue, error.requestID.map { "request \($0)" }].compactMap { $0 }.joined(separator: ", ")
    return "\(error.message(in: language)) [\(tail)]"
}
