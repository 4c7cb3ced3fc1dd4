package import EventLoop

/// Pushes the results of an awaited operation on the coroutine that waits, and returns how many.
package typealias LuaResults = @LoopActor (LuaStack) throws -> Int32

/// What an awaiting function waits for.
///
/// The contract of a cancellation: the wait ends when its operation has ended, not before. So whoever sees a cancelled
/// task end knows that its transfer is removed, its job cancelled, its timer gone.
package struct LuaOperation {
    /// Who can end the wait. When only waits for tasks are left, nothing ever will: that is a deadlock.
    enum Waker {
        /// A timer, a transfer, a line of stdin: the world outside.
        case host
        /// Only what another task does.
        case tasks(any LuaWaitSubject)
        /// Nobody: a session, which lasts until it is closed. What it has inherited may be woken by a later evaluation.
        case session
    }

    let waker: Waker
    let start: @LoopActor (LuaResumption) throws -> @LoopActor () -> Void

    private init(waker: Waker, start: @escaping @LoopActor (LuaResumption) throws -> @LoopActor () -> Void) {
        self.waker = waker
        self.start = start
    }

    /// An async function, run on the loop. Cancelling the Lua task cancels the Swift task and waits for its end.
    package init(_ work: @escaping @LoopActor () async throws -> LuaResults) {
        waker = .host
        start = { resumption in
            let task = LoopActor.spawn {
                do {
                    resumption.resume(returning: try await work())
                } catch {
                    resumption.resume(throwing: error)
                }
            }
            return { task.cancel() }
        }
    }

    /// A callback, for hot paths: `start` begins the work and returns what cancels it.
    ///
    /// The resumption may be used before `start` returns (then nothing is suspended) or later; only its first use
    /// counts. It must be used after a cancellation too, at once or when the work has ended: the task waits for that.
    /// What it is resumed with then does not matter.
    package init(start: @escaping @LoopActor (LuaResumption) throws -> @LoopActor () -> Void) {
        waker = .host
        self.start = start
    }

    /// The same for a wait that only another task can end.
    init(
        waitingFor subject: any LuaWaitSubject,
        start: @escaping @LoopActor (LuaResumption) throws -> @LoopActor () -> Void
    ) {
        waker = .tasks(subject)
        self.start = start
    }
}

extension LuaOperation {
    /// The wait of a session's root, which ends when it is cancelled.
    static var session: LuaOperation { LuaOperation(waker: .session) { wait in { wait.resume() } } }
}

/// Something that tasks wait for and only tasks can bring about.
@LoopActor
protocol LuaWaitSubject: AnyObject {
    /// After "waits for": "a permit of a semaphore of 2".
    var waitDescription: String { get }
}

/// The right to continue one wait of one task, once.
@LoopActor
package struct LuaResumption {
    let task: LuaTask
    let wait: UInt64

    /// With the values that `results` pushes when the task runs.
    package func resume(returning results: @escaping LuaResults) {
        task.complete(wait, .results(results))
    }

    /// With an error, which the wait raises; see `LuaErrorConvertible`.
    package func resume(throwing error: any Error) {
        task.complete(wait, .failure(error))
    }

    /// Without results: also what a cancelled operation says when it has ended.
    package func resume() {
        task.complete(wait, .nothing)
    }
}
