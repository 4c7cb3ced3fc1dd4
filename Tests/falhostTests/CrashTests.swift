import Foundation
import TestSupport
import Testing

/// The short form of `make crash-test`: a few hits a scenario.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct CrashTests {
    @Test(arguments: ["kill", "term", "lost", "cut", "disk", "two"])
    func noPictureIsLostAndNoneIsPaidForTwice(scenario: String) throws {
        let folder = try TemporaryFolder()
        let script = FalhostProcess.repository.appendingPathComponent("Tests/CrashTest/run").path
        var environment = FalhostProcess.base(home: folder.path)
        environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin"
        environment["FALHOST"] = FalhostProcess.executable.path
        environment["SCENARIOS"] = scenario
        environment.merge(["KILLS": "4", "JOBS": "16", "TIME": "60"]) { $1 }
        let (output, errors) = (folder.path + "/output", folder.path + "/errors")
        let status = try ChildProcess(
            "/usr/bin/env", ["bash", script], environment: environment, folder: folder.path, output: output,
            errors: errors
        ).wait(seconds: 300)
        let told = try [output, errors].map { try String(contentsOfFile: $0, encoding: .utf8) }
        #expect(status == 0, "\(told[1])\(told[0])")
        let isSkipped = scenario == "disk" && told[1].contains("SKIPPED")
        #expect(isSkipped || told[0].contains("| 16 of 16 | 16 |"), "\(told[0])")
    }
}
