import Foundation
import Simulator
import Testing

/// `FALHOST_LEDGER=off`.
@Suite(.timeLimit(.minutes(5)))
struct LedgerSettingTests {
    private static let submit = "print(require 'fal'.submit('fal-ai/flux-lora', { prompt = 'x' }) ~= nil)"

    @Test func `Without the ledger jobs are sent and nothing is written`() async throws {
        let project = try TemporaryFolder.project()
        let database = project.path + "/jobs.db"
        try await withSimulator { simulator in
            for (word, isWritten) in [("off", false), ("on", true)] {
                let run = try await FalhostProcess.run(
                    "--root", project.path, "-e", Self.submit,
                    environment: simulator.environment().merging(["FALHOST_LEDGER": word, "FALHOST_DB": database]) {
                        $1
                    })
                #expect(run.status == 0 && run.output == "true\n", "\(run.errors)")
                #expect(FileManager.default.fileExists(atPath: database) == isWritten)
            }
            #expect(simulator.counters()[.submit] == 2)
        }
    }

    @Test(arguments: [["resume"], ["jobs", "list"], ["stats"], ["--budget-per-day", "9", "-e", submit]])
    func `What needs the ledger says so`(_ arguments: [String]) async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                arguments, environment: simulator.environment().merging(["FALHOST_LEDGER": "off"]) { $1 },
                folder: project.url)
            #expect(run.status != 0)
            #expect(run.errors.contains("FALHOST_LEDGER"), "\(run.errors)")
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `A word that is neither on nor off is a wrong setting`() async throws {
        let run = try await FalhostProcess.run("-e", "", environment: ["FALHOST_LEDGER": "no"])
        #expect(run.status == 78)
        #expect(run.errors.contains("FALHOST_LEDGER: 'no' is neither on nor off"), "\(run.errors)")
    }
}
