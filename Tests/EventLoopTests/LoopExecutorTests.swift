import EventLoop
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LoopExecutorTests {
    @Test @LoopActor func `timers fire in the order of their deadlines`() async {
        var order: [Int] = []
        let start = ContinuousClock.now
        await withCheckedContinuation { continuation in
            for delay in [30, 10, 20, 10, 1] {
                _ = LoopExecutor.shared.schedule(at: start + .milliseconds(delay)) {
                    order.append(delay)
                    if order.count == 5 { continuation.resume() }
                }
            }
        }
        #expect(order == [1, 10, 10, 20, 30])
    }

    @Test @LoopActor func `a cancelled timer does not fire, and the others keep their order`() async {
        var order: [Int] = []
        let delays = (0..<500).map { ($0 * 7919) % 50 }
        let start = ContinuousClock.now
        await withCheckedContinuation { continuation in
            let timers = delays.map { delay in
                LoopExecutor.shared.schedule(at: start + .milliseconds(delay)) { order.append(delay) }
            }
            for (index, timer) in timers.enumerated() where index % 3 != 0 { timer.cancel() }
            timers[1].cancel()
            _ = LoopExecutor.shared.schedule(at: start + .milliseconds(60)) { continuation.resume() }
        }
        #expect(order == delays.enumerated().filter { $0.offset % 3 == 0 }.map(\.element).sorted())
    }

    @Test @LoopActor func `a timer may cancel another that is due at once, and set a new one`() async {
        var fired: [String] = []
        await withCheckedContinuation { continuation in
            var other: LoopTimer?
            _ = LoopExecutor.shared.schedule(after: .zero) {
                fired.append("first")
                other?.cancel()
                _ = LoopExecutor.shared.schedule(after: .zero) {
                    fired.append("third")
                    continuation.resume()
                }
            }
            other = LoopExecutor.shared.schedule(after: .zero) { fired.append("second") }
        }
        #expect(fired == ["first", "third"])
    }

    @Test func `jobs from many threads all run, on one thread`() async throws {
        let tally = Tally()
        let tasks = (0..<64).map { _ in
            Task.detached { for _ in 0..<200 { try await LoopActor.spawn { tally.count() }.value } }
        }
        for task in tasks { try await task.value }
        let (jobs, threads) = await (tally.jobs, tally.threads.count)
        #expect(jobs == 12_800)
        #expect(threads == 1)
    }

    @Test func `a sleep ends early when its task is cancelled, before or during it`() async throws {
        let during = LoopActor.spawn { try await LoopActor.sleep(for: .seconds(3600)) }
        try await LoopActor.spawn { try await LoopActor.sleep(for: .milliseconds(5)) }.value
        during.cancel()
        await #expect(throws: CancellationError.self) { try await during.value }
        let before = LoopActor.spawn {
            while !Task.isCancelled { await Task.yield() }
            try await LoopActor.sleep(for: .seconds(3600))
        }
        before.cancel()
        await #expect(throws: CancellationError.self) { try await before.value }
    }

    @Test func `jobs that never end their turn do not keep timers and descriptors waiting`() async throws {
        try await LoopActor.spawn {
            let pipe = Pipe()
            var (ticked, readable) = (false, false)
            _ = LoopExecutor.shared.schedule(after: .milliseconds(1)) { ticked = true }
            LoopExecutor.shared.watch(pipe.fileHandleForReading.fileDescriptor, for: .read) { _ in readable = true }
            pipe.fileHandleForWriting.write(Data([1]))
            while !(ticked && readable) { await Task.yield() }
            LoopExecutor.shared.unwatch(pipe.fileHandleForReading.fileDescriptor)
        }.value
    }

    @Test @LoopActor func `what is asked for before the next wait is called once, and may ask again`() async {
        var calls = 0
        await withCheckedContinuation { continuation in
            LoopExecutor.shared.beforeNextWait {
                calls += 1
                LoopExecutor.shared.beforeNextWait {
                    calls += 1
                    _ = LoopExecutor.shared.schedule(after: .milliseconds(5)) { continuation.resume() }
                }
            }
        }
        #expect(calls == 2)
    }
}

@LoopActor
private final class Tally {
    private(set) var jobs = 0
    private(set) var threads: Set<Int> = []

    nonisolated init() {}

    func count() {
        jobs += 1
        threads.insert(pthread_self().hashValue)
    }
}
