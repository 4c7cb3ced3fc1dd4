import CSQLite
import FalClient
import Foundation
import Generation
import JSON
import Testing

@testable import Store

/// Estimates, prices and the day's budget over real SQLite files.
@Suite(.timeLimit(.minutes(5)))
struct LedgerCostTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/falhost.db" }
    private let endpoint: EndpointID
    private let request: QueueRequest

    init() throws {
        folder = try TemporaryFolder()
        endpoint = try EndpointID("fal-ai/flux-lora")
        request = QueueRequest(endpoint: endpoint, requestID: "r", statusURL: "", responseURL: "", cancelURL: "")
    }

    private static func run(_ id: String, server: String = "https://queue.fal.run") -> Run {
        Run(id: id, started: Timestamp(milliseconds: 5), script: "x.lua", server: server)
    }

    private func job(_ id: String, run: String = "r1", at time: Int64 = 1000, cost: JobCost = .unknown) -> Job {
        let order = JobOrder(
            endpoint: endpoint, arguments: ["prompt": "x"], options: JobOptions(timeout: .seconds(60)),
            subject: .init(avatarID: "anna", preset: "fast", prompt: "x"))
        return Job(
            id: id, run: run, order: order, created: Timestamp(milliseconds: time),
            updated: Timestamp(milliseconds: time), state: .submitting, cost: cost)
    }

    private func cost(_ estimate: String, _ perUnit: String? = nil) -> JobCost {
        JobCost(estimate: Dollars(parsing: estimate), perUnit: perUnit.flatMap(Dollars.init(parsing:)))
    }

    private func output(_ units: Double?, flags: [Bool] = []) -> JobOutput {
        JobOutput(output: ["has_nsfw_concepts": .array(flags.map { .bool($0) })], billableUnits: units)
    }

    @Test func `A completed job's price is its units times the price that held when it was made`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a", cost: cost("0.07", "0.035")), in: Self.run("r1"))
        #expect(try await ledger.job("a")?.cost == cost("0.07", "0.035"))
        try await ledger.move("a", to: .submitted(request))
        // By another process, which need not know any price.
        try await LedgerDatabase(path: path).move("a", to: .completed(request, output(3)))
        #expect(try await ledger.job("a")?.cost.price == Dollars(parsing: "0.105"))
    }

    @Test func `A price that is not known stays unknown`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a", cost: cost("0.07")), in: Self.run("r1"))
        try await ledger.move("a", to: .completed(request, output(3)))
        #expect(try await ledger.job("a")?.cost.price == nil)
        try await ledger.add(job("b", cost: cost("0.07", "0.035")), in: Self.run("r1"))
        try await ledger.move("b", to: .submitted(request))
        try await ledger.move("b", to: .failed(nil, JobFailure(code: "validation", message: "")))
        #expect(try await ledger.job("b")?.cost.price == nil, "fal had it")
        try await ledger.add(job("c", cost: cost("0.07", "0.035")), in: Self.run("r1"))
        try await ledger.move("c", to: .failed(nil, JobFailure(code: "network", message: "")))
        #expect(try await ledger.job("c")?.cost.price == .zero)
    }

    @Test func `A day's budget holds for jobs that come at once through two ledgers of one file`() async throws {
        let ledgers = [LedgerDatabase(path: path), LedgerDatabase(path: path)]
        let runs = ["r1", "r2"].map { Self.run($0) }
        let day = DayBudget(
            limit: Dollars(parsing: "1") ?? .zero, since: Timestamp(milliseconds: 500), simulated: false)
        // Yesterday's, and a simulator's, which do not count.
        try await ledgers[0].add(job("old", at: 100, cost: cost("5")), in: runs[0])
        let simulator = Self.run("r3", server: "http://127.0.0.1:1")
        try await ledgers[0].add(job("sim", run: "r3", cost: cost("5")), in: simulator)
        let jobs = (0..<60).map { job("\($0)", run: runs[$0 % 2].id, cost: cost("0.05")) }
        let refused = await withTaskGroup(of: GenerationError?.self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask {
                    do throws(GenerationError) {
                        try await ledgers[index % 2].add(job, in: runs[index % 2], within: day)
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            var refused: [GenerationError] = []
            for await error in group { if let error { refused.append(error) } }
            return refused
        }
        #expect(refused.count == 40)
        #expect(refused.allSatisfy { $0.code == .budgetExceeded })
        let kept = try await ledgers[0].records(RecordFilter(since: day.since))
        #expect(kept.count == 20)
    }

    @Test func `Records have times, prices and flags, and simulators apart`() async throws {
        let ledger = LedgerDatabase(path: path)
        try await ledger.add(job("a", cost: cost("0.07", "0.035")), in: Self.run("r1"))
        try await ledger.move("a", to: .completed(request, output(2, flags: [true, false, false])))
        try await ledger.add(job("b", at: 3000), in: Self.run("r1"))
        try await ledger.add(job("c", run: "r2"), in: Self.run("r2", server: "http://localhost:8080"))
        let records = try await ledger.records(RecordFilter())
        #expect(records.count == 2)
        let first = try #require(records.first)
        #expect(first.state == .completed && first.preset == "fast" && first.avatar == "anna")
        #expect(first.duration.map { $0 > .zero } == true)
        #expect(first.cost.price == Dollars(parsing: "0.07"))
        #expect(first.checkedPictures == 3 && first.flaggedPictures == 1)
        #expect(records[1].duration == nil && records[1].cost == .unknown)
        #expect(try await ledger.records(RecordFilter(since: Timestamp(milliseconds: 2000))).count == 1)
        #expect(try await ledger.records(RecordFilter(run: "r2", simulated: true)).count == 1)
        #expect(try await ledger.records(RecordFilter(run: "none")).isEmpty)
    }

    @Test func `A ledger from before prices keeps its jobs, whose prices are unknown`() async throws {
        let old = try SQLiteConnection(path: path)
        for migration in DatabaseSchema.migrations.prefix(2) { try old.execute(migration) }
        try old.execute(
            """
            INSERT INTO runs VALUES ('r1', 1, 'x', 'https://queue.fal.run'), ('r2', 1, 'x', 'http://127.0.0.1:80'),
                ('r3', 1, 'x', 'http://[::1]:80');
            INSERT INTO jobs (id, run, created, updated, state, endpoint, arguments, timeout, output, history)
                VALUES ('a', 'r1', 1, 1, 'completed', 'a/b', '{}', 1, '{}', ''),
                ('b', 'r2', 1, 1, 'completed', 'a/b', '{}', 1, 'cut', ''),
                ('c', 'r3', 1, 1, 'intent', 'a/b', '{}', 1, NULL, '');
            PRAGMA application_id = \(DatabaseSchema.applicationID); PRAGMA user_version = 2
            """)
        let ledger = LedgerDatabase(path: path)
        #expect(try await ledger.records(RecordFilter()).map(\.cost) == [.unknown])
        #expect(try await ledger.records(RecordFilter(simulated: true)).map(\.run) == ["r2", "r3"])
        #expect(try await ledger.jobs(JobFilter(states: Job.State.Name.open)).map(\.id) == ["c"])
        #expect(try old.number("PRAGMA user_version") == DatabaseSchema.migrations.count)
    }
}
