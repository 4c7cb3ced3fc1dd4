import EventLoop
import LuaRuntime

/// The work that scripts wait for, or waited for until they were cancelled.
///
/// A cancelled wait ends at once for its script, but not yet at fal: the job is still being cancelled there. The process
/// must not end before that is done, or a job goes on that nobody will collect.
@LoopActor
final class OpenOperations {
    /// One for the process, as is its loop.
    static let shared = OpenOperations()

    private var count = 0
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// What an awaiting function waits for, counted from its start to its end.
    func operation(_ work: @escaping @LoopActor () async throws -> LuaResults) -> LuaOperation {
        LuaOperation(start: { [self] resumption in
            count += 1
            let task = LoopActor.spawn {
                do {
                    resumption.resume(returning: try await work())
                } catch {
                    resumption.resume(throwing: error)
                }
                self.end()
            }
            return { task.cancel() }
        })
    }

    /// Waits until none is open; what is cancelled ends in bounded time.
    func settle() async {
        if count > 0 { await withCheckedContinuation { waiters.append($0) } }
    }

    private func end() {
        count -= 1
        guard count == 0 else { return }
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}
