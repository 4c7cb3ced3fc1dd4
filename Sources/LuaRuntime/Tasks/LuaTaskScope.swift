import EventLoop

/// What `task.scope` gives to its function: the right to spawn into that scope, also for others.
@LoopActor
final class LuaTaskScope {
    /// The task that runs the scope's function; nil before it exists.
    fileprivate var task: LuaTask?
    private var isCancelled = false

    /// How the call of task.scope ends, once its task has.
    fileprivate func pushResults(onto stack: LuaStack) throws -> Int32 {
        guard let task else { return 0 }
        // A scope that was cancelled on purpose has done its work.
        if isCancelled, task.failure?.isCancellation == true { return 0 }
        return try task.pushResults(onto: stack)
    }

    fileprivate func cancel() {
        isCancelled = true
        task?.cancel()
    }

    // MARK: What scripts see

    static let luaClass: LuaClass<LuaTaskScope> = LuaClass(
        "scope", declaration: { LuaModuleDeclaration.scopeClass },
        methods: [("spawn", spawn), ("cancel", cancelScope)])

    /// `task.scope(fn)`: calls fn(scope) and ends when fn and all that was spawned in the scope have ended.
    ///
    /// Parameter `fn`: a function, which runs as a task. Results: those of fn; none when the scope was cancelled before
    /// fn had ended. Errors: the first of fn and of the scope's tasks, which cancels the others.
    static let run = LuaFunction.awaiting("task.scope") { call in
        let scope = LuaTaskScope()
        call.stack.setTop(1)
        call.stack.push(scope, as: luaClass)
        let task = try call.spawn(argumentCount: 1)
        scope.task = task
        return task.asOperation { try scope.pushResults(onto: $0) }
    }

    /// `scope:spawn(fn, …)`: starts a task of the scope, whoever calls. Result: the task. Error: the scope has ended.
    private static let spawn = LuaFunction("scope:spawn") { call in
        let scope = try call.object(at: 1, of: luaClass)
        guard let parent = scope.task, !parent.hasEnded else {
            throw LuaError(.runtime, "scope:spawn: the scope has ended")
        }
        let task = try LuaTask(
            state: call.state, parent: parent, origin: call.position, argumentCount: call.argumentCount - 2,
            on: call.stack)
        call.stack.push(task, as: TaskModule.taskClass)
        task.start()
        if parent.isWindingUp { parent.cancelChildren() }
        return 1
    }

    /// `scope:cancel()`: cancels the scope's function and its tasks; task.scope then ends without an error. No results.
    private static let cancelScope = LuaFunction("scope:cancel") { call in
        let scope = try call.object(at: 1, of: luaClass)
        scope.cancel()
        scope.task?.cancelChildren()
        return 0
    }
}

extension LuaCall {
    /// Starts a child of the running task with the function below the topmost `argumentCount` values, which it takes.
    func spawn(argumentCount: Int32) throws -> LuaTask {
        let task = try LuaTask(
            state: state, parent: try runningTask(), origin: position, argumentCount: argumentCount, on: stack)
        task.observe()
        task.start()
        return task
    }
}

extension LuaTask {
    /// Waiting for the task's end, which is the caller's own business: cancelling the wait cancels the task.
    func asOperation(_ results: @escaping LuaResults) -> LuaOperation {
        LuaOperation(waitingFor: self) { resumption in
            _ = self.addWaiter { self.finish(resumption, results) }
            return { self.cancel() }
        }
    }

    /// Resumes who waits for the ended task alone; an error, so that it counts although the wait was cancelled
    /// meanwhile.
    func finish(_ resumption: LuaResumption, _ results: @escaping LuaResults) {
        if let failure, !failure.isCancellation { return resumption.resume(throwing: failure) }
        resumption.resume(returning: results)
    }

    /// Whether what it spawns now has no business to run.
    var isWindingUp: Bool {
        switch state {
        case .joining(.failed): true
        default: cancellation.isRequested
        }
    }
}
