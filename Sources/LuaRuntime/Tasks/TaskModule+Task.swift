import EventLoop

extension TaskModule {
    static let taskClass: LuaClass<LuaTask> = LuaClass(
        "task", declaration: { LuaModuleDeclaration.taskClass },
        methods: [("await", awaitTask), ("cancel", cancel), ("status", status)],
        toString: { "task (\($0.status))" })

    /// `t:await()`: waits until the task and its children have ended.
    ///
    /// Results: those of its function, each time anew. Errors: the task's, the same value each time; the caller's
    /// cancellation, which leaves the task running.
    private static let awaitTask = LuaFunction.awaiting("task:await") { call in
        let task = try call.object(at: 1, of: taskClass)
        try call.checkAwaitable(task)
        if task.hasEnded { task.observe() }
        return LuaOperation(waitingFor: task) { resumption in
            if task.hasEnded {
                resumption.resume(returning: { try task.pushResults(onto: $0) })
                return {}
            }
            let waiter = task.addWaiter { resumption.resume(returning: { try task.pushResults(onto: $0) }) }
            return {
                task.removeWaiter(waiter)
                resumption.resume()
            }
        }
    }

    /// `t:cancel(reason)`: the task's wait ends with an error, `code` "cancelled", once what it waits for is cancelled.
    /// A task that has not begun never does. Does not wait; again it does nothing.
    ///
    /// Parameter `reason`: a string, if any: part of the error's message and its field `reason`. No results.
    private static let cancel = LuaFunction("task:cancel") { call in
        let task = try call.object(at: 1, of: taskClass)
        let reason = call.stack.isNilOrNone(at: 2) ? nil : try call.requireString(2)
        task.cancel(reason: reason)
        return 0
    }

    /// `t:status()`: "ready", "running", "waiting", "cancelling", "done", "failed" or "cancelled".
    private static let status = LuaFunction("task:status") { call in
        call.stack.push(try call.object(at: 1, of: taskClass).status)
        return 1
    }
}
