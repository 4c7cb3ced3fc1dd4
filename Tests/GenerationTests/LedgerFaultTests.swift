import EventLoop
import FalClient
import Foundation
import Generation
import Simulator
import Store
import Testing

/// Each fault at each stage of a job: what the ledger says when the call has ended, and when the job was taken up after.
///
/// Whatever goes wrong: it ends in bounded time, at most one submit reaches fal, and no result that fal has is lost.
/// One after the other: side by side they would take all of the loop, on which other tests measure what blocks it.
@Suite(.serialized, .timeLimit(.minutes(5))) @LoopActor
struct LedgerFaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let fault: String
        /// After the call, and after `falhost resume`.
        let states: [Job.State.Name]
        let submits: Int
        var testDescription: String { fault }

        init(_ fault: String, _ called: Job.State.Name, _ resumed: Job.State.Name, submits: Int) {
            self.fault = fault
            states = [called, resumed]
            self.submits = submits
        }
    }

    nonisolated static let submit: [Row] = [
        // It cannot have arrived: sent again, or failed.
        Row("submit:429", .completed, .completed, submits: 1),
        Row("submit:nginx-503", .completed, .completed, submits: 1),
        Row("submit:401", .failed, .failed, submits: 0), Row("submit:403", .failed, .failed, submits: 0),
        Row("submit:404", .failed, .failed, submits: 0), Row("submit:422", .failed, .failed, submits: 0),
        Row("submit:504-user", .failed, .failed, submits: 0),
        Row("submit:redirect:url=http://127.0.0.1:9", .failed, .failed, submits: 0),
        // It may have arrived, and did not: fal's list does not have it.
        Row("submit:500", .unknown, .unknown, submits: 0), Row("submit:502", .unknown, .unknown, submits: 0),
        Row("submit:503", .unknown, .unknown, submits: 0), Row("submit:504", .unknown, .unknown, submits: 0),
        Row("submit:nginx-502", .unknown, .unknown, submits: 0),
        Row("submit:nginx-504", .unknown, .unknown, submits: 0),
        Row("submit:reset-before", .unknown, .unknown, submits: 0),
        Row("submit:not-json", .unknown, .unknown, submits: 0), Row("submit:hang", .unknown, .unknown, submits: 0),
        // It arrived and its answer was lost: found in fal's list.
        Row("submit:reset-after", .unknown, .completed, submits: 1),
        Row("submit:cut-body", .unknown, .completed, submits: 1),
        Row("submit:truncated-json", .unknown, .completed, submits: 1),
        Row("submit:bad-utf8", .unknown, .completed, submits: 1),
        Row("submit:empty-body", .unknown, .completed, submits: 1),
        Row("submit:huge-body:bytes=2000000", .unknown, .completed, submits: 1),
        Row("submit:late:ms=3000", .unknown, .completed, submits: 1),
        Row("submit:late:ms=100", .completed, .completed, submits: 1),
        Row("submit:foreign-urls:url=http://127.0.0.1:9", .completed, .completed, submits: 1),
    ]

    nonisolated static let stream: [Row] = [
        "401", "404", "429", "500", "nginx-502", "reset-before", "reset-after", "cut-body", "truncated-json",
        "bad-utf8", "not-json", "empty-body", "hang", "late:ms=1000", "huge-body:bytes=2000000",
    ].map { Row("stream:\($0)", .completed, .completed, submits: 1) }

    nonisolated static let status: [Row] = [
        "429", "500", "nginx-502", "reset-before", "reset-after", "cut-body", "truncated-json", "not-json",
        "empty-body", "hang",
    ].map { Row("stream:500:times=9 status:\($0)", .completed, .completed, submits: 1) }

    nonisolated static let result: [Row] =
        [
            "429", "nginx-500", "nginx-502", "nginx-503", "reset-before", "reset-after", "cut-body", "truncated-json",
            "bad-utf8", "not-json", "empty-body", "hang", "late:ms=1000",
        ].map { Row("result:\($0)", .completed, .completed, submits: 1) } + [
            // All attempts fail: the job waits at fal for the next time.
            Row("result:nginx-502:times=5", .submitted, .completed, submits: 1),
            Row("result:cut-body:times=5", .submitted, .completed, submits: 1),
            Row("result:truncated-json:times=5", .submitted, .completed, submits: 1),
            Row("result:401", .submitted, .completed, submits: 1),
            // fal says that there is no result and never will be.
            Row("result:expired", .expired, .expired, submits: 1), Row("result:422", .failed, .failed, submits: 1),
            Row("result:content-policy", .failed, .failed, submits: 1),
            Row("result:model-error", .failed, .failed, submits: 1),
        ]

    nonisolated static let job: [Row] = [
        Row("job:failed", .failed, .failed, submits: 1), Row("job:model-error", .failed, .failed, submits: 1),
        Row("job:content-policy", .failed, .failed, submits: 1),
        Row("job:requeue", .completed, .completed, submits: 1),
        Row("job:unknown-status", .completed, .completed, submits: 1),
        Row("job:endless", .cancelled, .cancelled, submits: 1),
        // fal could not be told to cancel it.
        Row("job:endless cancel:nginx-502:times=9", .submitted, .submitted, submits: 1),
        Row("job:endless cancel:reset-after", .cancelled, .cancelled, submits: 1),
        Row("job:images-empty", .completed, .completed, submits: 1),
    ]

    nonisolated static let listing: [Row] = [
        // Asked for again.
        Row("submit:reset-after listing:500", .unknown, .completed, submits: 1),
        Row("submit:reset-after listing:reset-after", .unknown, .completed, submits: 1),
        Row("submit:reset-after listing:truncated-json", .unknown, .completed, submits: 1),
        Row("submit:reset-after listing:hang", .unknown, .completed, submits: 1),
        // The head of the lost answer had the request's id: no list is needed.
        Row("submit:truncated-json listing:401:times=9", .unknown, .completed, submits: 1),
        Row("submit:empty-body listing:401:times=9", .unknown, .completed, submits: 1),
        // Not to be had.
        Row("submit:reset-after listing:401:times=9", .unknown, .unknown, submits: 1),
        Row("submit:reset-after listing:404:times=9", .unknown, .unknown, submits: 1),
        Row("submit:reset-after listing:nginx-502:times=9", .unknown, .unknown, submits: 1),
        Row("submit:reset-after listing:empty-body:times=9", .unknown, .unknown, submits: 1),
        Row("submit:reset-after listing:not-json:times=9", .unknown, .unknown, submits: 1),
    ]

    nonisolated static let rows = submit + stream + status + result + job + listing

    @Test(arguments: rows)
    func `a fault leaves the ledger right`(row: Row) async throws {
        try await AbandonedJobs.with(row.fault.split(separator: " ").map(String.init)) { jobs in
            let order = try jobs.order(timeout: row.fault.hasPrefix("job:endless") ? .milliseconds(1500) : .seconds(20))
            _ = try? await jobs.runner.perform(order)
            try await jobs.die()
            let job = try #require(try await jobs.ledger.jobs(JobFilter()).first)
            #expect(job.state.name == row.states[0], "after the call: \(job.state)")
            let recovered = try await jobs.recover().jobs
            let end = try #require(try await jobs.state(job.id))
            #expect(end.name == row.states[1], "after the resume: \(end), \(recovered.first?.remark ?? "")")
            #expect(recovered.count == (row.states[0].isOpen ? 1 : 0))
            #expect(jobs.simulator.counters().submits == row.submits)
        }
    }

    @Test(arguments: [
        "429", "500", "nginx-502", "reset-before", "reset-after", "cut-body", "hang", "late:ms=300",
    ]) func `a picture is fetched in spite of a fault`(fault: String) async throws {
        try await AbandonedJobs.with(["download:\(fault)"]) { jobs in
            try await jobs.leave(.intent)
            try await jobs.die()
            let told = try #require(try await jobs.recover().jobs.first)
            let file = try #require(told.files.first, "\(told.remark ?? "")")
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)).starts(with: [0xFF, 0xD8]))
            #expect(jobs.simulator.counters().submits == 1)
        }
    }
}
