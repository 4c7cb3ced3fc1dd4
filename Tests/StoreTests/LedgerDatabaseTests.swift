import CSQLite
import FalClient
import Foundation
import Generation
import JSON
import TestSupport
import Testing

@testable import Store

/// Over real SQLite files.
@Suite(.timeLimit(.minutes(5)))
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

    @Test func `the name that pictures are to have comes back, and a damaged one is told of`() async throws {
        let ledger = LedgerDatabase(path: path)
        var order = job("a").order
        order.pictureName = try NameTemplate(fileName: "covers/{avatar}-{index}.png")
        let time = Timestamp(milliseconds: 1)
        let named = Job(id: "a", run: "r1", order: order, created: time, updated: time, state: .submitting)
        try await ledger.add(named, in: run)
        try await ledger.add(job("b"), in: run)
        #expect(try await read("a") == named)
        #expect(try await read("b")?.order.pictureName == nil)
        try SQLiteConnection(path: path).execute("UPDATE jobs SET picture_name = '../{away}' WHERE id = 'a'")
        let error = await #expect(throws: GenerationError.self) { _ = try await read("a") }
        #expect(error?.message(in: .english).contains("job a has an unreadable picture name") == true)
    }

    @Test func `every state comes back with its data`() async throws {
        let output = JobOutput(output: ["images": [["url": "https://x/1.png"]]], billableUnits: 1.5)
        let failure = JobFailure(code: "validation", message: "prompt: too long")
        let states: [Job.State] = [
            .intent, .submitting, .submitted(request), .completed(request, output), .failed(request, failure),
            .failed(nil, failure), .cancelled(nil), .cancelled(request), .unknown(failure), .expired(request),
            .unknown(JobFailure(code: "submit_unknown", message: "lost", requestID: "req")),
            .submitted(
                QueueRequest(
                    endpoint: endpoint, requestID: "req", statusURL: "https://q/r/status", responseURL: "https://q/r",
                    cancelURL: "https://q/r/cancel")),
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

    @Test func `jobs are found by the beginning of their id and by fal's request`() async throws {
        let ledger = LedgerDatabase(path: path)
        for id in ["0a1f", "0a2f", "0b"] { try await ledger.add(job(id), in: run) }
        try await ledger.move("0a2f", to: .submitted(request))
        func ids(_ filter: JobFilter) async throws -> Set<String> { Set(try await ledger.jobs(filter).map(\.id)) }
        #expect(try await ids(JobFilter(idPrefix: "0a")) == ["0a1f", "0a2f"])
        #expect(try await ids(JobFilter(idPrefix: "0a2f")) == ["0a2f"])
        #expect(try await ids(JobFilter(idPrefix: "1")) == [])
        #expect(try await ids(JobFilter(request: "req")) == ["0a2f"])
        #expect(try await ids(JobFilter(states: [.submitting], idPrefix: "0a")) == ["0a1f"])
    }

    @Test func `a job's history has every state with its time and reason`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a"), in: run)
        try await ledger.move("a", to: .unknown(JobFailure(code: "submit_unknown", message: "lost")))
        try await ledger.move("a", to: .submitted(request))
        let history = try await ledger.history("a")
        #expect(history.map(\.state) == [.submitting, .unknown, .submitted])
        #expect(history.map(\.error) == [nil, "lost", nil])
        #expect(history[0].time == Timestamp(milliseconds: 1) && history[1].time <= history[2].time)
        #expect(try await ledger.history("b").isEmpty)
    }

    @Test func `of those that want a run's jobs one has them until it lets go`() async throws {
        let owner = LedgerDatabase(path: path)
        try await owner.add(job("a"), in: run)
        let others = (0..<8).map { _ in LedgerDatabase(path: path) }
        func claims() async throws -> [Int] {
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for (index, other) in others.enumerated() {
                    group.addTask {
                        // Those that only look do not get into the way of those that take.
                        _ = other.isLive("r1")
                        return try await other.claim("r1") ? index : nil
                    }
                }
                return try await group.reduce(into: []) { if let index = $1 { $0.append(index) } }
            }
        }
        #expect(try await claims() == [])
        await owner.release("r1")
        for _ in 0..<20 {
            let winners = try await claims()
            #expect(winners.count == 1)
            #expect(owner.isLive("r1"))
            for winner in winners { await others[winner].release("r1") }
            #expect(!owner.isLive("r1"))
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/deep")
        #expect(!left.contains { $0.contains("-run-") })
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

    @Test func `only jobs that may go on are open, also one that goes on after its end`() async throws {
        let ledger = LedgerDatabase(path: path)
        let open = JobFilter(states: Job.State.Name.open)
        let lost = JobFailure(code: "submit_unknown", message: "lost")
        for id in ["a", "b", "c"] { try await ledger.add(job(id), in: run) }
        try await ledger.move("a", to: .cancelled(request))
        try await ledger.move("b", to: .unknown(lost))
        #expect(try await Set(ledger.jobs(open).map(\.id)) == ["b", "c"])
        try await ledger.move("a", to: .submitted(request))
        try await ledger.move("b", to: .submitted(request))
        #expect(try await Set(ledger.jobs(open).map(\.id)) == ["a", "b", "c"])
        #expect(try await ledger.history("a").map(\.state) == [.submitting, .cancelled, .submitted])
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

    @Test func `a ledger that was closed leaves nothing beside the file, and opens again`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a"), in: run)
        ledger.note("a", .submitted(request))
        try await ledger.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/deep") == ["falhost.db"])
        #expect(try await ledger.job("a")?.state == .submitted(request))
        try await ledger.add(job("b"), in: run)
        #expect(LedgerDatabase(path: path).isLive("r1"))
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
