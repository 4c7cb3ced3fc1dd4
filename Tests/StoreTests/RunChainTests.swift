import FalClient
import Foundation
import Generation
import JSON
import Testing

@testable import Store

/// Runs of scripts and what they resumed, over real SQLite files.
@Suite(.timeLimit(.minutes(5)))
struct RunChainTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/falhost.db" }

    init() throws { folder = try TemporaryFolder() }

    private func run(_ id: String, at time: Int64, file: String? = "/p/x.lua", resumes: String? = nil) -> Run {
        Run(
            id: id, started: Timestamp(milliseconds: time), script: "x.lua", server: "https://q",
            invocation: file.map { ScriptInvocation(file: $0, arguments: ["a b", "\"\u{1}"]) }, resumes: resumes)
    }

    private func job(_ id: String, in run: Run, place: Int64? = nil, hasDrawnSeed: Bool = false) throws -> Job {
        var order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"), arguments: ["seed": 5],
            options: JobOptions(timeout: .seconds(1)), subject: nil)
        order.place = place.map { CallPlace($0) }
        order.hasDrawnSeed = hasDrawnSeed
        return Job(
            id: id, run: run.id, order: order, created: run.started, updated: run.started, state: .submitting)
    }

    @Test func `a job's place and whether its seed was drawn are kept`() async throws {
        let ledger = LedgerDatabase(path: path)
        let run = run("r", at: 1)
        let jobs = [
            try job("a", in: run, place: .min, hasDrawnSeed: true), try job("b", in: run, place: .max),
            try job("c", in: run),
        ]
        for job in jobs { try await ledger.add(job, in: run) }
        for job in jobs { #expect(try await LedgerDatabase(path: path).job(job.id) == job) }
    }

    @Test func `a script's runs are found by its file, newest first`() async throws {
        let ledger = LedgerDatabase(path: path)
        let runs = [
            run("a", at: 1), run("b", at: 3), run("c", at: 2), run("d", at: 4, file: "/p/y.lua"),
            run("e", at: 5, file: nil),
        ]
        for run in runs { try await ledger.add(try job("j" + run.id, in: run), in: run) }
        #expect(try await ledger.runs(of: "/p/x.lua") == [runs[1], runs[2], runs[0]])
        #expect(try await ledger.runs(of: "/p/z.lua").isEmpty)
        #expect(try await ledger.run("e") == runs[4])
    }

    @Test func `a chain has what was resumed and what resumed it`() async throws {
        let ledger = LedgerDatabase(path: path)
        let runs = [
            run("a", at: 1), run("b", at: 2, resumes: "a"), run("c", at: 3, resumes: "b"),
            run("d", at: 4, resumes: "a"), run("other", at: 5), run("e", at: 6, resumes: "other"),
        ]
        for run in runs { try await ledger.add(try job("j" + run.id, in: run), in: run) }
        for id in ["a", "b", "c", "d"] { #expect(try await ledger.chain(of: id).map(\.id) == ["a", "b", "c", "d"]) }
        #expect(try await ledger.chain(of: "e").map(\.id) == ["other", "e"])
        #expect(try await ledger.chain(of: "none").isEmpty)
    }

    @Test func `a chain that was made a circle ends`() async throws {
        let ledger = LedgerDatabase(path: path)
        for run in [run("a", at: 1, resumes: "b"), run("b", at: 2, resumes: "a")] {
            try await ledger.add(try job("j" + run.id, in: run), in: run)
        }
        #expect(try await ledger.chain(of: "a").map(\.id) == ["a", "b"])
    }

    @Test func `jobs of an older ledger have no place, and their seed counts as given`() async throws {
        let old = try SQLiteConnection(path: path)
        for migration in DatabaseSchema.migrations.prefix(3) { try old.execute(migration) }
        try old.execute(
            """
            INSERT INTO runs (id, started, script, server) VALUES ('r', 1, 'x.lua', 'https://q');
            INSERT INTO jobs (id, run, created, updated, state, endpoint, arguments, timeout, history)
                VALUES ('j', 'r', 1, 1, 'submitting', 'fal-ai/flux-lora', '{"seed":5}', 1000, '');
            PRAGMA application_id = \(DatabaseSchema.applicationID); PRAGMA user_version = 3
            """)
        let ledger = LedgerDatabase(path: path)
        #expect(try await ledger.job("j") == job("j", in: run("r", at: 1)))
        #expect(try await ledger.run("r") == run("r", at: 1, file: nil))
    }
}
