import Foundation
import Simulator
import TestSupport
import Testing

/// The official Python client against a simulator, see Tests/ClientCompatibility/run. Installs the client once.
@Suite(.timeLimit(.minutes(5)))
struct ClientCompatibilityTests {
    @Test func theOfficialPythonClientCompletesItsTasks() async throws {
        var configuration = SimulatorConfiguration()
        configuration.queueTime = .milliseconds(100)
        configuration.runTime = .milliseconds(200)
        configuration.trainTime = .milliseconds(500)
        let simulator = try await Simulator.start(configuration)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../ClientCompatibility/run").standardizedFileURL
        let (status, output) = try await run(script, [simulator.baseURL, String(simulator.runPort ?? 0)])
        await simulator.stop()
        print(output)
        if status == 77 {
            #if compiler(>=6.3)
                try Test.cancel("\(output)")
            #else
                return
            #endif
        }
        #expect(status == 0, "\(output)")
        #expect(simulator.counters()[.submit] > 0)
    }

    private func run(_ script: URL, _ arguments: [String]) async throws -> (Int32, String) {
        let file = FileManager.default.temporaryDirectory.appending(path: "falhost-\(UUID().uuidString).log")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = try ChildProcess(
            "/bin/bash", [script.path] + arguments, environment: ProcessInfo.processInfo.environment,
            folder: FileManager.default.temporaryDirectory.path, output: file.path, errors: file.path + ".errors")
        let status = await process.ending(seconds: 280)
        defer { try? FileManager.default.removeItem(atPath: file.path + ".errors") }
        let errors = try String(contentsOfFile: file.path + ".errors", encoding: .utf8)
        return (status, try String(contentsOf: file, encoding: .utf8) + errors)
    }
}
