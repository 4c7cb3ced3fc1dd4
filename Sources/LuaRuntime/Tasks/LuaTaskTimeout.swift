import EventLoop

/// A task that is cancelled when its time is up.
@LoopActor
final class LuaTaskTimeout {
    private let task: LuaTask
    private let seconds: Double
    private var isOver = false
    private var timer: LoopTimer?

    private init(_ task: LuaTask, seconds: Double) {
        self.task = task
        self.seconds = seconds
    }

    private func start(_ resumption: LuaResumption) -> @LoopActor () -> Void {
        timer = LoopExecutor.shared.schedule(after: .seconds(seconds)) { [self] in
            isOver = true
            task.cancel(reason: "its \(secondsText) s were over")
        }
        _ = task.addWaiter { [self] in
            timer?.cancel()
            task.finish(resumption) { try self.pushResults(onto: $0) }
        }
        return { [self] in task.cancel() }
    }

    /// A function that ends well after all, or with an error of its own, is not said to have timed out.
    private func pushResults(onto stack: LuaStack) throws -> Int32 {
        guard isOver, let failure = task.failure, failure.isCancellation else {
            return try task.pushResults(onto: stack)
        }
        throw Expired(message: "task.timeout: not done after \(secondsText) s", cancelled: failure)
    }

    private var secondsText: String {
        seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    }

    /// `code` "timeout", with the traceback of the function that was cancelled.
    private struct Expired: LuaErrorConvertible {
        let message: String
        let cancelled: LuaTaskFailure

        func push(onto stack: LuaStack) {
            stack.pushError(code: "timeout", message: message, isCancellation: false)
            cancelled.carryTraceback(onto: stack)
        }
    }

    /// `task.timeout(seconds, fn, …)`: calls fn with the other arguments as a task that may take so long.
    ///
    /// Parameters `seconds`: number from 0 to a year; `fn`: a function. Results: those of fn. Errors: `code` "timeout"
    /// when the time was over, raised after fn has been cancelled and has ended; those of fn.
    static let run = LuaFunction.awaiting("task.timeout") { call in
        let seconds = try call.requireNumber(1)
        let timeout = LuaTaskTimeout(try call.spawn(argumentCount: call.argumentCount - 2), seconds: seconds)
        return LuaOperation(start: { timeout.start($0) })
    }
}
