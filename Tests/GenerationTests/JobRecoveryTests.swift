import EventLoop
import FalClient
import Foundation
import Generation
import HTTPTransport
import JSON
import Simulator
import Store
import Testing

/// Jobs that a process left behind, over a real ledger and a simulator.
@Suite(.timeLimit(.minutes(5))) @LoopActor
struct JobRecoveryTests {
    private static let unknown = Job.State.unknown(JobFailure(code: "submit_unknown", message: "lost"))

    @Test func `an intent is submitted, once`() async throws {
        try await AbandonedJobs.with { jobs in
            try await jobs.leave(.intent)
            try await jobs.die()
            let first = try await jobs.recover().jobs
            #expect(first.map(\.job.state.name) == [.completed])
            #expect(FileManager.default.fileExists(atPath: try #require(first.first?.files.first)))
            #expect(try await jobs.recover().jobs.isEmpty)
            #expect(jobs.simulator.counters().submits == 1)
            let history = try await jobs.ledger.history("a").map(\.state)
            #expect(history == [.submitting, .intent, .submitting, .submitted, .completed])
        }
    }

    @Test func `an intent that cannot be sent stays one`() async throws {
        try await AbandonedJobs.with(["submit:401"]) { jobs in
            try await jobs.leave(.intent)
            try await jobs.die()
            let told = try await jobs.recover().jobs
            #expect(told.first?.job.state == .intent && told.first?.remark?.contains("key") == true)
            #expect(try await jobs.recover().jobs.first?.job.state.name == .completed)
        }
    }

    @Test func `a submitted job is waited for and its pictures are saved`() async throws {
        try await AbandonedJobs.with { jobs in
            let order = try jobs.order()
            let request = try await jobs.client.submit(order.endpoint, arguments: order.arguments)
            try await jobs.leave(.submitted(request), order: order)
            try await jobs.die()
            let told = try await jobs.recover().jobs
            #expect(told.first?.job.state.request == request)
            #expect(told.first?.files.count == 1 && told.first?.remark == nil)
            #expect(jobs.simulator.counters().submits == 1)
        }
    }

    @Test func `a job that still runs stays submitted and is not cancelled`() async throws {
        try await AbandonedJobs.with(["job:endless"]) { jobs in
            let order = try jobs.order()
            let request = try await jobs.client.submit(order.endpoint, arguments: order.arguments)
            try await jobs.leave(.submitted(request), order: order)
            try await jobs.die()
            var options = JobRecovery.Options()
            options.timeout = .milliseconds(100)
            let told = try await jobs.recover(options).jobs
            #expect(told.first?.isRunning == true && told.first?.job.state == .submitted(request))
            #expect(try await jobs.state() == .submitted(request))
            #expect(jobs.simulator.counters()[.cancel] == 0)
        }
    }

    @Test func `a job that somebody cancelled is cancelled`() async throws {
        try await AbandonedJobs.with(["job:endless"]) { jobs in
            let order = try jobs.order()
            let request = try await jobs.client.submit(order.endpoint, arguments: order.arguments)
            try await jobs.leave(.submitted(request), order: order)
            _ = try await jobs.client.cancel(request)
            try await jobs.die()
            #expect(try await jobs.recover().jobs.first?.job.state == .cancelled(request))
        }
    }

    @Test func `a request that fal has forgotten is expired`() async throws {
        try await AbandonedJobs.with { jobs in
            let request = QueueRequest(
                endpoint: try EndpointID("fal-ai/flux-lora"), requestID: UUID().uuidString.lowercased(),
                hosts: jobs.client.hosts)
            try await jobs.leave(.submitted(request))
            try await jobs.die()
            #expect(try await jobs.recover().jobs.first?.job.state == .expired(request))
        }
    }

    @Test func `a submit that was under way is found in fal's list`() async throws {
        try await AbandonedJobs.with { jobs in
            let order = try jobs.order()
            try await jobs.leave(.submitting, order: order)
            // The answer never reaches the ledger.
            let request = try await jobs.client.submit(order.endpoint, arguments: order.arguments)
            try await jobs.die()
            let told = try await jobs.recover().jobs
            #expect(told.first?.job.state.name == .completed && told.first?.job.state.request == request)
            #expect(jobs.simulator.counters().submits == 1)
            let history = try await jobs.ledger.history("a").map(\.state)
            #expect(history == [.submitting, .unknown, .submitted, .completed])
        }
    }

    @Test func `what fal does not list stays unknown and is sent again only on demand`() async throws {
        try await AbandonedJobs.with { jobs in
            try await jobs.leave(.submitting)
            try await jobs.die()
            let told = try await jobs.recover().jobs
            #expect(told.first?.job.state.name == .unknown)
            #expect(told.first?.remark?.contains("late") == true)
            #expect(jobs.simulator.counters().submits == 0)
            var options = JobRecovery.Options()
            options.resubmitsUnknown = true
            #expect(try await jobs.recover(options).jobs.first?.job.state.name == .completed)
            #expect(jobs.simulator.counters().submits == 1)
        }
    }

    @Test func `on demand, too, what fal lists is not sent again`() async throws {
        try await AbandonedJobs.with { jobs in
            let order = try jobs.order()
            try await jobs.leave(Self.unknown, order: order)
            _ = try await jobs.client.submit(order.endpoint, arguments: order.arguments)
            try await jobs.die()
            var options = JobRecovery.Options()
            options.resubmitsUnknown = true
            #expect(try await jobs.recover(options).jobs.first?.job.state.name == .completed)
            #expect(jobs.simulator.counters().submits == 1)
        }
    }

    @Test func `one request is not two jobs`() async throws {
        try await AbandonedJobs.with { jobs in
            let order = try jobs.order()
            try await jobs.leave(.submitting, id: "a", order: order)
            try await jobs.leave(.submitting, id: "b", order: order)
            _ = try await jobs.client.submit(order.endpoint, arguments: order.arguments)
            try await jobs.die()
            let states = try await jobs.recover().jobs.map(\.job.state.name.rawValue).sorted()
            #expect(states == ["completed", "unknown"])
        }
    }

    @Test func `two requests for one job are not guessed at`() async throws {
        try await AbandonedJobs.with { jobs in
            let order = try jobs.order(seed: nil)
            try await jobs.leave(.submitting, order: order)
            for _ in 0..<2 { _ = try await jobs.client.submit(order.endpoint, arguments: order.arguments) }
            try await jobs.die()
            let told = try await jobs.recover().jobs
            #expect(told.first?.job.state.name == .unknown && told.first?.remark?.contains("2 requests") == true)
        }
    }

    @Test func `without the list a job stays unknown and the reason is told`() async throws {
        try await AbandonedJobs.with(["listing:401:times=always"]) { jobs in
            try await jobs.leave(.submitting)
            try await jobs.die()
            let told = try await jobs.recover().jobs
            #expect(told.first?.job.state.name == .unknown && told.first?.remark?.contains("not to be had") == true)
        }
    }

    @Test func `jobs whose process lives are left to it`() async throws {
        try await AbandonedJobs.with { jobs in
            try await jobs.leave(.intent)
            let (told, left) = try await jobs.recover()
            #expect(told.isEmpty && left.inHand == [jobs.run.id: 1])
            #expect(try await jobs.state() == .intent)
            try await jobs.die()
            #expect(try await jobs.recover(run: "other").jobs.isEmpty)
            #expect(try await jobs.recover(run: jobs.run.id).jobs.count == 1)
        }
    }

    @Test func `jobs of another server are left alone`() async throws {
        try await AbandonedJobs.with { jobs in
            try await jobs.leave(.intent)
            try await jobs.die()
            let other = FalClient(
                transport: CurlTransport(), hosts: try FalHosts(baseURL: "http://127.0.0.1:9"),
                credentials: try FalCredentials("a:b"))
            let (told, left) = try await jobs.recover(client: other)
            #expect(told.isEmpty && left.elsewhere == [jobs.client.hosts.queue: 1])
        }
    }

    @Test func `of two that resume at the same time one has the jobs`() async throws {
        try await AbandonedJobs.with { jobs in
            for number in 0..<40 {
                try await jobs.leave(.intent, id: "\(number)", order: try jobs.order(seed: Int64(number)))
            }
            try await jobs.die()
            async let first = jobs.recover()
            async let second = jobs.recover()
            let both = try await [first, second]
            #expect(both.reduce(0) { $0 + $1.jobs.count } == 40)
            #expect(jobs.simulator.counters().submits == 40)
            #expect(try await jobs.ledger.jobs(JobFilter(states: [.completed])).count == 40)
        }
    }

    @Test func `an interruption leaves all as it was`() async throws {
        try await AbandonedJobs.with(["job:endless:times=always"]) { jobs in
            let order = try jobs.order()
            let request = try await jobs.client.submit(order.endpoint, arguments: order.arguments)
            try await jobs.leave(.submitted(request), order: order)
            try await jobs.die()
            let recovering = LoopActor.spawn { _ = try await jobs.recover() }
            while jobs.simulator.counters()[.stream] == 0 { try await LoopActor.sleep(for: .milliseconds(5)) }
            recovering.cancel()
            let error = await #expect(throws: GenerationError.self) { try await recovering.value }
            #expect(error?.code == .cancelled)
            #expect(try await jobs.state() == .submitted(request))
            #expect(jobs.simulator.counters()[.cancel] == 0)
            #expect(!jobs.ledger.isLive(jobs.run.id), "the jobs are still in hand")
        }
    }

    @Test func `a picture that cannot be saved is told with its address, and the result is kept`() async throws {
        try await AbandonedJobs.with(["download:expired:times=always"]) { jobs in
            try await jobs.leave(.intent)
            try await jobs.die()
            let told = try await jobs.recover().jobs
            #expect(told.first?.job.state.name == .completed && told.first?.isPictureMissing == true)
            let url = try #require(told.first?.job.state.output?.imageURLs.first)
            #expect(told.first?.remark?.contains(url) == true)
        }
    }
}
