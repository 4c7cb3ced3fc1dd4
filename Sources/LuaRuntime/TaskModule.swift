import EventLoop

/// `require "task"`: structured concurrency. A task belongs to the one that spawned it, which does not end before it.
@LoopActor
enum TaskModule {
    static let taskClass: LuaClass<LuaTask> = LuaClass(
        "task", declaration: { LuaModuleDeclaration.taskClass },
        methods: [("await", awaitTask), ("cancel", cancel), ("status", status)],
        toString: { "task (\($0.status))" })

    static let functions: [LuaFunction] = [spawn, sleep, all, map]

    private static let spawn = LuaFunction("task.spawn") { call in
        let parent = try call.runningTask()
        let task = try LuaTask(
            state: call.state, parent: parent, origin: call.position, argumentCount: call.argumentCount - 1,
            on: call.stack)
        call.stack.push(task, as: taskClass)
        task.start()
        return 1
    }

    private static let sleep = LuaFunction.awaiting("task.sleep") { call in
        let seconds = try call.requireNumber(1)
        return LuaOperation(start: { resumption in
            let timer = LoopExecutor.shared.schedule(after: .seconds(seconds)) {
                resumption.resume(returning: { _ in 0 })
            }
            return { timer.cancel() }
        })
    }

    private static let all = LuaFunction.awaiting("task.all") { call in
        let group = LuaTaskGroup(parent: try call.runningTask())
        let members = try Members(call)
        return LuaOperation(start: { try group.run(members, resumption: $0) })
    }

    private static let map = LuaFunction.awaiting("task.map") { call in
        let members = try Mapping(call)
        let group = LuaTaskGroup(parent: try call.runningTask(), limit: members.limit)
        return LuaOperation(start: { try group.run(members, resumption: $0) })
    }

    private static let awaitTask = LuaFunction.awaiting("task.await") { call in
        let task = try call.object(at: 1, of: taskClass)
        try call.checkAwaitable(task)
        task.observe()
        return LuaOperation(start: { resumption in
            if task.hasEnded {
                resumption.resume(returning: { try task.pushResults(onto: $0) })
                return {}
            }
            let waiter = task.addWaiter { resumption.resume(returning: { try task.pushResults(onto: $0) }) }
            return { task.removeWaiter(waiter) }
        })
    }

    private static let cancel = LuaFunction("task.cancel") { call in
        try call.object(at: 1, of: taskClass).cancel()
        return 0
    }

    private static let status = LuaFunction("task.status") { call in
        call.stack.push(try call.object(at: 1, of: taskClass).status)
        return 1
    }
}

extension LuaModule {
    /// `require "task"`: spawn, sleep, all, map, and task objects with await, cancel and status.
    @LoopActor
    package static func task() -> LuaModule {
        LuaModule(name: "task", declaration: { .task }, functions: TaskModule.functions)
    }
}

extension LuaCall {
    /// The task in which this call runs.
    func runningTask() throws -> LuaTask {
        guard let task = state.scheduler.current else {
            throw LuaError(.runtime, "\(functionName): no task is running here")
        }
        return task
    }

    /// Throws when waiting for `task` could never end.
    func checkAwaitable(_ task: LuaTask) throws {
        let current = try runningTask()
        if task === current { throw LuaError(.runtime, "\(functionName): a task cannot await itself") }
        if task.isAncestor(of: current) {
            throw LuaError(
                .runtime, "\(functionName): a task cannot await the task that it belongs to, which waits for it")
        }
    }
}
