import EventLoop

/// `require "task"`: structured concurrency. A task belongs to the one that spawned it, which does not end before it.
@LoopActor
enum TaskModule {
    static let functions: [LuaFunction] =
        [
            spawn, sleep, all, settle, race, map, shield, LuaTaskScope.run, LuaTaskTimeout.run, LuaSemaphore.new,
            LuaChannel.new, stopSignal, readClock,
        ] + beats

    /// `task.spawn(fn, …)`: starts fn with the other arguments as a child of the running task; it begins when that
    /// waits.
    ///
    /// Parameter `fn`: a function. Result: the task. Does not wait. An error of the child is raised by `t:await()`;
    /// when nobody awaits it, it cancels its siblings and is raised where the parent waits, else at the parent's next
    /// wait or end.
    private static let spawn = LuaFunction("task.spawn") { call in
        let parent = try call.runningTask()
        let task = try LuaTask(
            state: call.state, parent: parent, origin: call.position, argumentCount: call.argumentCount - 1,
            on: call.stack)
        call.stack.push(task, as: taskClass)
        task.start()
        return 1
    }

    /// `task.sleep(seconds)`: waits so long.
    ///
    /// Parameter `seconds`: number from 0 to a year. No results. Error: the task's cancellation.
    private static let sleep = LuaFunction.awaiting("task.sleep") { call in
        let seconds = try call.requireNumber(1)
        return LuaOperation(start: { resumption in
            let timer = LoopExecutor.shared.schedule(after: .seconds(seconds)) { resumption.resume() }
            return {
                timer.cancel()
                resumption.resume()
            }
        })
    }

    /// `task.all{…}`: runs the functions and tasks of a list side by side.
    ///
    /// Parameter: a list of functions (called without arguments) and tasks. Result: a list with the first result of
    /// each, in order. Error: the first that one of them raises, which cancels the others.
    private static let all = LuaFunction.awaiting("task.all") { call in
        return LuaTaskGroup(.all, of: try Members(call), parent: try call.runningTask()).operation
    }

    /// `task.settle{…}`: runs the functions and tasks of a list side by side to their ends, whatever these are.
    ///
    /// Parameter: as for `task.all`. Result: a list in order of `{ok = true, value = first result}` and
    /// `{ok = false, error = value raised}`. Error: only the caller's own cancellation, which cancels them all.
    private static let settle = LuaFunction.awaiting("task.settle") { call in
        return LuaTaskGroup(.settle, of: try Members(call), parent: try call.runningTask()).operation
    }

    /// `task.race{…}`: runs the functions and tasks of a list side by side until one has ended; the others are
    /// cancelled, and it waits for their ends. How these ended does not matter.
    ///
    /// Parameter: as for `task.all`, with at least one item. Results: all those of the first to end. Error: the
    /// first's, when it ended with one.
    private static let race = LuaFunction.awaiting("task.race") { call in
        let members = try Members(call)
        guard members.count > 0 else { throw call.argumentError(1, "at least one function or task expected") }
        return LuaTaskGroup(.race, of: members, parent: try call.runningTask()).operation
    }

    /// `task.map(list, {limit = n}, fn)` and `task.map(list, fn)`: calls fn(item, position) for each item of a list, at
    /// most n (8) at a time.
    ///
    /// Result: a list with the first result of each call, in the order of the list. Error: the first that one raises;
    /// no further call begins, and those under way are cancelled.
    private static let map = LuaFunction.awaiting("task.map") { call in
        let mapping = try Mapping(call)
        return LuaTaskGroup(.all, of: mapping, parent: try call.runningTask(), limit: mapping.limit).operation
    }

    /// `task.shield(fn, …)`: calls fn with the other arguments to its end, also when the caller is cancelled meanwhile.
    ///
    /// Parameter `fn`: a function, which runs as a task. Results: those of fn. Errors: those of fn; the caller's
    /// cancellation, after fn has ended.
    private static let shield = LuaFunction.awaiting("task.shield") { call in
        let task = try call.spawn(argumentCount: call.argumentCount - 1)
        task.isShielded = true
        return LuaOperation(waitingFor: task) { resumption in
            _ = task.addWaiter { task.finish(resumption) { try task.pushResults(onto: $0) } }
            return {}
        }
    }
}

extension LuaModule {
    /// `require "task"`: the functions of `TaskModule`, and tasks, scopes, semaphores and channels with their methods.
    @LoopActor
    package static func task() -> LuaModule {
        LuaModule(
            name: "task", declaration: { .task }, functions: TaskModule.functions,
            values: { LuaSemaphore.addWith(to: $0) }, prelude: TaskModule.prelude)
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
