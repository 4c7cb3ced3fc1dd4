package import EventLoop

/// Pushes the results of an awaited operation on the coroutine that waits, and returns how many.
package typealias LuaResults = @LoopActor (LuaStack) throws -> Int32

/// What an awaiting function waits for.
package struct LuaOperation {
    let start: @LoopActor (LuaResumption) throws -> @LoopActor () -> Void

    /// An async function, run on the loop. Cancelling the Lua task cancels the Swift task.
    package init(_ work: @escaping @LoopActor () async throws -> LuaResults) {
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
    /// The resumption may be used before `start` returns (then nothing is suspended), later, or, after a cancellation, in
    /// vain. Only its first use counts.
    package init(start: @escaping @LoopActor (LuaResumption) throws -> @LoopActor () -> Void) {
        self.start = start
    }
}

/// The right to continue one wait of one task, once.
@LoopActor
package struct LuaResumption {
    let task: LuaTask
    let wait: UInt64

    package func resume(returning results: @escaping LuaResults) {
        task.complete(wait, .results(results))
    }

    package func resume(throwing error: any Error) {
        task.complete(wait, .failure(error))
    }
}
