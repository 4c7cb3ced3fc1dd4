import CSQLite
import FalClient
import Generation
import JSON
import Testing

@testable import Store

/// What the ledger keeps for receipts.
@Suite(.timeLimit(.minutes(5)))
struct LedgerSourcesTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/ledger.db" }

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func sources(_ hash: String) -> RequestSources {
        RequestSources(
            preset: [SourceHash(path: "presets/ultra.lua", sha256: hash)],
            rules: [SourceHash(path: "scripts/rules/20_trigger.lua", sha256: "bb")])
    }

    private static let run = {
        var run = Run(id: "r1", started: Timestamp(milliseconds: 5), script: "x.lua", server: "https://q")
        run.scriptHash = "dd"
        run.version = "1.2.3"
        return run
    }()

    private static func job(_ id: String, _ subject: JobOrder.Subject?) throws -> Job {
        let order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"), arguments: ["prompt": "x"],
            options: JobOptions(timeout: .seconds(9)), subject: subject)
        return Job(
            id: id, run: "r1", order: order, created: Timestamp(milliseconds: 1), updated: Timestamp(milliseconds: 1),
            state: .submitting)
    }

    private static func subject(_ sources: RequestSources?, _ overrides: JSONObject = [:]) -> JobOrder.Subject {
        JobOrder.Subject(avatarID: "anna", preset: "ultra", prompt: "p", overrides: overrides, sources: sources)
    }

    @Test func overridesAndSourcesComeBack() async throws {
        let ledger = LedgerDatabase(path: path)
        let jobs = [
            try Self.job("a", Self.subject(Self.sources("aa"), ["quality": "ultra", "seed": .null])),
            try Self.job("b", Self.subject(Self.sources("aa"))), try Self.job("c", Self.subject(Self.sources("cc"))),
            try Self.job("d", Self.subject(nil)), try Self.job("e", nil),
        ]
        for job in jobs { try await ledger.add(job, in: Self.run) }
        for job in jobs { #expect(try await LedgerDatabase(path: path).job(job.id) == job) }
        #expect(try await LedgerDatabase(path: path).run("r1") == Self.run)
        try await ledger.close()
        // Jobs of the same presets and rules share one row.
        let connection = try SQLiteConnection(path: path)
        #expect(try connection.number("SELECT count(*) FROM sources") == 2)
    }

    @Test func damagedSourcesAreAnError() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(try Self.job("a", Self.subject(Self.sources("aa"))), in: Self.run)
        try await ledger.close()
        try SQLiteConnection(path: path).execute("UPDATE sources SET document = '{'")
        let error = await #expect(throws: GenerationError.self) { try await LedgerDatabase(path: path).job("a") }
        #expect(error?.message(in: .english).contains("job a has an unreadable sources") == true)
    }
}
