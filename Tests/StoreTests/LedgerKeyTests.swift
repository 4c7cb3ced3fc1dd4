import EventLoop
import FalClient
import Generation
import JSON
import Testing

@testable import Store

/// Keys that callers give their jobs: one job of the file has each.
@Suite(.timeLimit(.minutes(5)))
struct LedgerKeyTests {
    private let folder: TemporaryFolder
    private let run = Run(id: "20261122-101010-abcd", started: Timestamp(milliseconds: 1), script: "a.lua", server: "s")

    init() throws {
        folder = try TemporaryFolder()
    }

    private func job(_ id: String, key: String?, retriesFailed: Bool = false) throws -> Job {
        var options = JobOptions(timeout: .seconds(60))
        options.key = try key.map { try JobKey($0, retriesFailed: retriesFailed) }
        let order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"), arguments: ["prompt": "x"], options: options, subject: nil)
        return Job(
            id: id, run: run.id, order: order, created: .now, updated: .now, state: .submitting, key: key)
    }

    private func ledger() -> LedgerDatabase { LedgerDatabase(path: "\(folder.path)/falhost.db") }

    @Test func `A second job with a key is refused, and its batch is written`() async throws {
        let ledger = ledger()
        let jobs = try [
            job("1", key: "a"), job("2", key: "a"), job("3", key: "b"), job("4", key: nil), job("5", key: nil),
        ]
        let refused = await withTaskGroup(of: String?.self) { group in
            for job in jobs {
                group.addTask { [run] in
                    do throws(GenerationError) {
                        try await ledger.add(job, in: run)
                        return nil
                    } catch {
                        guard case .storage(_, .keyTaken("a")) = error else { return "\(error)" }
                        return job.id
                    }
                }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }.compactMap(\.self)
        }
        #expect(refused == ["1"] || refused == ["2"])
        #expect(try await ledger.jobs(JobFilter()).count == 4)
        let found = try #require(try await ledger.jobs(JobFilter(key: "a")).first)
        #expect(found.key == "a" && !refused.contains(found.id))
        #expect(try await ledger.job("4")?.key == nil)
    }

    @Test func `Only a job that gave nothing hands its key on, to one that is to try again`() async throws {
        let ledger = ledger()
        try await ledger.add(try job("1", key: "a"), in: run)
        func isRefused(_ job: Job) async -> Bool {
            do throws(GenerationError) {
                try await ledger.add(job, in: run, within: nil)
                return false
            } catch {
                return true
            }
        }
        #expect(await isRefused(try job("2", key: "a", retriesFailed: true)))
        try await ledger.move("1", to: .failed(nil, JobFailure(code: "server_error", message: "down")))
        #expect(await isRefused(try job("2", key: "a")))
        #expect(await !isRefused(try job("2", key: "a", retriesFailed: true)))
        #expect(try await ledger.jobs(JobFilter(key: "a")).map(\.id) == ["2"])
        let old = try #require(try await ledger.job("1"))
        #expect(old.key == nil && old.state.name == .failed)
    }

    @Test func `The index has jobs with a key only`() async throws {
        let ledger = ledger()
        try await ledger.add(try job("1", key: nil), in: run)
        try await ledger.close()
        let connection = try SQLiteConnection(path: "\(folder.path)/falhost.db")
        let sql = try #require(try connection.text("SELECT sql FROM sqlite_master WHERE name = 'jobs_by_key'"))
        #expect(sql.contains("WHERE call_key IS NOT NULL"))
        let plan = try connection.prepare("EXPLAIN QUERY PLAN SELECT id FROM jobs WHERE call_key = ?")
        #expect(try plan.step() && plan.text(3)?.contains("jobs_by_key") == true, "\(plan.text(3) ?? "")")
    }
}
