import EventLoop
import FalClient
import JSON
import Testing

@testable import Generation

@Suite(.timeLimit(.minutes(5)))
struct RunMetricsTests {
    @LoopActor
    private func order(_ endpoint: String, preset: String?) throws -> JobOrder {
        JobOrder(
            endpoint: try EndpointID(endpoint), arguments: [:], options: JobOptions(timeout: .seconds(1)),
            subject: preset.map { JobOrder.Subject(avatarID: "a", preset: $0, prompt: "p") })
    }

    private func lines(_ text: String, _ beginning: String) -> [String] {
        text.split(separator: "\n").map(String.init).filter { $0.hasPrefix(beginning) }
    }

    @LoopActor
    @Test func `jobs are counted by endpoint, preset and outcome, with their price`() throws {
        let metrics = RunMetrics(version: "1")
        let request = QueueRequest(endpoint: try EndpointID("a/b"), requestID: "r", hosts: .fal)
        let failure = JobFailure(code: "server_error", message: "x", requestID: nil)
        let output = JobOutput(output: .null, billableUnits: nil)
        let ends: [Job.State] = [
            .completed(request, output), .completed(request, output), .failed(request, failure), .unknown(failure),
            .cancelled(nil), .expired(request),
        ]
        for (number, state) in ends.enumerated() {
            metrics.begin("\(number)", try order("a/b", preset: "fast"))
            metrics.ran("\(number)", for: number == 0 ? 0.001 : nil)
            metrics.end(
                "\(number)", state, estimate: Dollars(nanos: 500_000_000),
                price: number == 0 ? Dollars(nanos: 250_000_000) : nil)
        }
        metrics.begin("w", try order("a/b", preset: "fast"))
        metrics.withdraw("w")
        metrics.end("w", .completed(request, output), estimate: nil, price: nil)
        let text = metrics.text()
        #expect(
            Set(lines(text, "falhost_jobs_total")) == [
                #"falhost_jobs_total{endpoint="a/b",preset="fast",outcome="completed"} 2"#,
                #"falhost_jobs_total{endpoint="a/b",preset="fast",outcome="server_error"} 2"#,
                #"falhost_jobs_total{endpoint="a/b",preset="fast",outcome="cancelled"} 1"#,
                #"falhost_jobs_total{endpoint="a/b",preset="fast",outcome="expired"} 1"#,
            ])
        #expect(lines(text, "falhost_spend_dollars_total{").first?.hasSuffix(" 0.25") == true)
        #expect(lines(text, "falhost_estimated_dollars_total{").first?.hasSuffix(" 3") == true)
        #expect(lines(text, "falhost_job_duration_seconds_count").first?.hasSuffix(" 2") == true)
        #expect(lines(text, "falhost_job_run_seconds_count").first?.hasSuffix(" 1") == true)
        #expect(lines(text, "falhost_job_wait_seconds_sum").count == 1)
    }

    @LoopActor
    @Test func `a script that makes up endpoints makes no more than so many series`() throws {
        let metrics = RunMetrics(version: "1")
        for number in 0..<1000 {
            metrics.begin("\(number)", try order("a/b\(number)", preset: nil))
            metrics.end("\(number)", .cancelled(nil), estimate: nil, price: nil)
        }
        let jobs = lines(metrics.text(), "falhost_jobs_total{")
        #expect(jobs.count == 65)
        #expect(jobs.last == #"falhost_jobs_total{endpoint="other",preset="other",outcome="cancelled"} 936"#)
    }

    @LoopActor
    @Test func `the last line has what was made and what was not`() {
        let metrics = RunMetrics(version: "1")
        for _ in 0..<2 { metrics.failed("a/b", "fast", .rateLimited) }
        metrics.failed(nil, nil, .avatarNotFound)
        metrics.requestFailed(.submit, FalError(.rateLimited, "x", status: 429), isRetried: true)
        #expect(
            metrics.summary.hasSuffix(
                "s: 3 failed: rate_limited 2, avatar_not_found 1; 1 request made again; put off by fal 1 time"))
        #expect(metrics.generations == 3)
        let text = metrics.text()
        #expect(text.contains(#"falhost_request_refusals_total{operation="submit"} 1"#))
        #expect(
            text.contains(#"falhost_generations_total{endpoint="none",preset="none",outcome="avatar_not_found"} 1"#))
    }
}
