import CSQLite
import FalClient
import Foundation
import Generation
import JSON
import TestSupport
import Testing

@testable import Store

/// Over real SQLite files.
@Suite(.timeLimit(.minutes(1)))
struct LedgerDatabaseTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/deep/falhost.db" }
    private let endpoint: EndpointID
    private let request: QueueRequest

    init() throws {
        folder = try TemporaryFolder()
        endpoint = try EndpointID("fal-ai/flux-lora")
        request = QueueRequest(
            endpoint: endpoint, requestID: "req", statusURL: "https://q/s", responseURL: "https://q/r",
            cancelURL: "https://q/c")
    }

    private let run = Run(id: "r1", started: Timestamp(milliseconds: 5), script: "scripts/x.lua", server: "https://q")

    private func job(_ id: String, run: String = "r1", at time: Int64 = 1) -> Job {
        let order = JobOrder(
            endpoint: endpoint, arguments: ["prompt": "ТОК, у моря \u{1}", "seed": 9_007_199_254_740_993],
            options: JobOptions(timeout: .milliseconds(90_500), priority: .low),
            subject: .init(avatarID: "anna", preset: "ultra", prompt: "у моря"))
        return Job(
            id: id, run: run, order: order, created: Timestamp(milliseconds: time),
            updated: Timestamp(milliseconds: time), state: .submitting)
    }

    /// What another process sees, once the first has let go or not.
    private func read(_ id: String) async throws -> Job? { try await LedgerDatabase(path: path).job(id) }

    @Test func `a job that was added is what another process reads`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a"), in: run)
        #expect(try await read("a") == job("a"))
        #expect(LedgerDatabase(path: path).isLive("r1"))
        #expect(!LedgerDatabase(path: path).isLive("r2"))
        #expect(try await ledger.run("r1") == run)
        #expect(try await ledger.job("b") == nil)
    }

    @Test func `every state comes back with its data`() async throws {
        let output = JobOutput(output: ["images": [["url": "https://x/1.png"]]], billableUnits: 1.5)
        let failure = JobFailure(code: "validation", message: "prompt: too long")
        let states: [Job.State] = [
            .intent, .submitting, .submitted(request), .completed(request, output), .failed(request, failure),
            .failed(nil, failure), .cancelled(nil), .cancelled(request), .unknown(failure), .expired(request),
        ]
        let ledger = LedgerDatabase(path: path)
        for (index, state) in states.enumerated() {
            try await ledger.add(job("\(index)"), in: run)
            try await ledger.move("\(index)", to: state)
            #expect(try await read("\(index)")?.state == state)
        }
    }

    @Test func `a request stays known when the job ends`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a"), in: run)
        try await ledger.move("a", to: .submitted(request))
        try await ledger.move("a", to: .failed(nil, JobFailure(code: "server_error", message: "down")))
        #expect(try await read("a")?.state.request == request)
    }

    @Test func `what was noted is there after a flush`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a"), in: run)
        ledger.note("a", .submitted(request))
        try await ledger.flush()
        #expect(try await read("a")?.state == .submitted(request))
    }

    @Test func `jobs are found by run and state, newest first`() async throws {
        let ledger = LedgerDatabase(path: path)
        let other = Run(id: "r2", started: run.started, script: "y", server: run.server)
        for (index, id) in ["a", "b", "c"].enumerated() { try await ledger.add(job(id, at: Int64(index)), in: run) }
        try await ledger.add(job("d", run: "r2", at: 9), in: other)
        try await ledger.move("b", to: .submitted(request))
        func ids(_ filter: JobFilter) async throws -> [String] { try await ledger.jobs(filter).map(\.id) }
        #expect(try await ids(JobFilter()) == ["d", "c", "b", "a"])
        #expect(try await ids(JobFilter(run: "r1", limit: 2)) == ["c", "b"])
        #expect(try await ids(JobFilter(states: [.submitted, .unknown])) == ["b"])
        #expect(try await ids(JobFilter(run: "r2", states: [.submitting])) == ["d"])
    }

    @Test func `jobs that come at once share commits, and each is durable when its call returns`() async throws {
        let ledger = LedgerDatabase(path: path)
        let path = path
        let jobs = (0..<200).map { job("\($0)") }
        let run = run
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in jobs {
                group.addTask {
                    try await ledger.add(job, in: run)
                    #expect(try await LedgerDatabase(path: path).job(job.id) == job)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ledger.jobs(JobFilter()).count == 200)
    }

    @Test func `two ledgers of one file do not disturb each other`() async throws {
        let ledgers = [LedgerDatabase(path: path), LedgerDatabase(path: path)]
        let runs = ["r1", "r2"].map { Run(id: $0, started: run.started, script: "x", server: run.server) }
        let jobs = (0..<100).map { job("\($0)", run: runs[$0 % 2].id) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask { try await ledgers[index % 2].add(job, in: runs[index % 2]) }
            }
            try await group.waitForAll()
        }
        #expect(try await ledgers[0].jobs(JobFilter()).count == 100)
    }

    @Test func `a disk that fills is told to those whose change was lost, and later changes are kept`() async throws {
        let writer = LedgerWriter(path: path)
        let ledger = LedgerDatabase(writer)
        func limitPages(_ free: Int) async throws {
            try await writer.read { (table) throws(GenerationError) in
                let pages = try table.connection.number("PRAGMA page_count")
                try table.connection.execute("PRAGMA max_page_count = \(pages + free)")
            }
        }
        let long = JobFailure(code: "validation", message: String(repeating: "x", count: 100_000))
        try await ledger.add(job("a"), in: run)
        try await limitPages(0)
        let error = await #expect(throws: GenerationError.self) { try await ledger.move("a", to: .unknown(long)) }
        #expect(error?.message(in: .english).contains("full") == true)
        ledger.note("a", .unknown(long))
        await #expect(throws: GenerationError.self) { try await ledger.flush() }
        #expect(try await ledger.job("a")?.state == .submitting)
        try await limitPages(100)
        try await ledger.move("a", to: .unknown(long))
        #expect(try await ledger.job("a")?.state == .unknown(long))
    }

    @Test func `a file of the first version keeps its avatars`() async throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/deep", withIntermediateDirectories: false)
        let old = try SQLiteConnection(path: path)
        try old.execute(DatabaseSchema.migrations[0])
        try old.execute("INSERT INTO avatars (id, name, training_type, status) VALUES ('anna', 'A', 'style', 'draft')")
        try old.execute("PRAGMA application_id = \(DatabaseSchema.applicationID); PRAGMA user_version = 1")
        try await LedgerDatabase(path: path).add(job("a"), in: run)
        #expect(try await AvatarDatabase(path: path).avatars().map(\.id) == ["anna"])
        #expect(try old.number("PRAGMA user_version") == DatabaseSchema.migrations.count)
    }
}
