import Foundation
import TestSupport
import Testing

/// A falhost that runs beside the test.
final class RunningFalhost {
    private let process: ChildProcess
    private let scratch: TemporaryFolder
    private let outputFile: URL
    private let errorsFile: URL
    private let seconds: Double

    /// Starts falhost with no more environment than a path, a home and what is given; after `seconds` it is killed.
    init(
        _ arguments: [String], environment: [String: String] = [:], input: Data = Data(), folder: URL? = nil,
        executable: URL = FalhostProcess.executable, seconds: Double = 240
    ) throws {
        scratch = try TemporaryFolder()
        self.seconds = seconds
        // Files, not pipes: a child that writes more than a pipe holds would wait for a reader.
        outputFile = try scratch.file("output")
        errorsFile = try scratch.file("errors")
        process = try ChildProcess(
            executable.path, arguments,
            environment: FalhostProcess.base(home: scratch.path).merging(environment) { $1 },
            folder: (folder ?? scratch.url).path, input: try scratch.file("input", contents: input).path,
            output: outputFile.path, errors: errorsFile.path)
    }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) {
        process.signal(number)
    }

    /// Waits for the process; 128 + n is the status of one that signal n ended.
    func ending() async throws -> FalhostProcess {
        try result(status: await process.ending(seconds: seconds))
    }

    /// The same for who cannot be asynchronous.
    func endingBlocking() throws -> FalhostProcess {
        try result(status: process.wait(seconds: seconds))
    }

    private func result(status: Int32) throws -> FalhostProcess {
        FalhostProcess(
            status: status, output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errorsFile), as: UTF8.self))
    }

    /// Looks again and again until `condition` holds, the process has ended or 30 seconds are over.
    func wait(for condition: () async -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while await !condition() {
            try #require(isRunning && .now < end, "what the test waits for did not come")
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
