import Foundation
import Testing

/// A falhost that runs beside the test.
final class RunningFalhost {
    private let process = Process()
    private let scratch: TemporaryFolder
    private let outputFile: URL
    private let errorsFile: URL
    /// Ends the run when the test does not: a process that hangs is a failure, not a wait without end.
    private let deadline: DispatchWorkItem

    /// Starts falhost with no more environment than a path, a home and what is given.
    init(
        _ arguments: [String], environment: [String: String] = [:], input: Data = Data(), folder: URL? = nil,
        executable: URL = FalhostProcess.executable, seconds: Double = 240
    ) throws {
        scratch = try TemporaryFolder()
        outputFile = try scratch.file("output")
        errorsFile = try scratch.file("errors")
        let inputFile = try scratch.file("input", contents: input)
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder ?? scratch.url
        process.environment = FalhostProcess.base(home: scratch.url.path).merging(environment) { $1 }
        // Files, not pipes: a child that writes more than a pipe holds would wait for a reader.
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorsFile)
        try Self.withSignalsUnblocked { [process] in try process.run() }
        let id = process.processIdentifier
        deadline = DispatchWorkItem { kill(id, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: deadline)
    }

    /// A child inherits the signal mask of the thread that starts it, and the threads of tests block all signals.
    private static func withSignalsUnblocked(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    deinit {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        deadline.cancel()
    }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) {
        guard process.isRunning else { return }
        kill(process.processIdentifier, number)
    }

    /// Waits for the process; 128 + n is the status of one that signal n ended.
    func ending() throws -> FalhostProcess {
        process.waitUntilExit()
        deadline.cancel()
        return FalhostProcess(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errorsFile), as: UTF8.self))
    }

    /// Looks again and again until `condition` holds, the process has ended or 30 seconds are over.
    func wait(for condition: @escaping () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while !condition() {
            try #require(isRunning && .now < end, "what the test waits for did not come")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
