import CLua
import CLuaShims
import EventLoop

/// At most `size` tasks at a time; who waits gets a permit in the order of asking.
@LoopActor
final class LuaSemaphore: LuaWaitSubject {
    private let size: Int
    private var free: Int
    private var queue = LuaWaitQueue()

    init(size: Int) {
        self.size = size
        free = size
    }

    var waitDescription: String { "a permit of a semaphore of \(size)" }

    /// Takes a permit; the results are `results`.
    func acquire(_ resumption: LuaResumption, results: @escaping LuaResults) -> @LoopActor () -> Void {
        if free > 0 {
            free -= 1
            resumption.resume(returning: results)
            return {}
        }
        let number = queue.append(resumption)
        return { [self] in
            queue.remove(number)
            resumption.resume()
        }
    }

    /// Hands the permit to who has waited longest; false when no permit was taken.
    func release(results: @escaping LuaResults) -> Bool {
        guard free < size else { return false }
        if let next = queue.popFirst() {
            next.resumption.resume(returning: results)
        } else {
            free += 1
        }
        return true
    }

    // MARK: What scripts see

    static let luaClass: LuaClass<LuaSemaphore> = LuaClass(
        "semaphore", declaration: { LuaModuleDeclaration.semaphoreClass },
        methods: [("acquire", acquire), ("release", release)],
        toString: { "semaphore (\($0.free) of \($0.size) free)" }, close: release)

    /// `task.semaphore(n)`: a semaphore with n permits, 1 when n is left out.
    ///
    /// Parameter `n`: integer of at least 1. Result: the semaphore. Does not wait.
    static let new = LuaFunction("task.semaphore") { call in
        let size = call.stack.isNilOrNone(at: 1) ? 1 : try call.requireInteger(1)
        call.stack.push(LuaSemaphore(size: Int(size)), as: luaClass)
        return 1
    }

    /// `s:acquire()`: waits for a permit, first come first served.
    ///
    /// Result: the semaphore itself, so that `local permit <close> = s:acquire()` gives the permit back at the end of
    /// the block. Error: the task's cancellation, which takes it off the queue.
    private static let acquire = LuaFunction.awaiting("semaphore:acquire") { call in
        let semaphore = try call.object(at: 1, of: luaClass)
        return LuaOperation(waitingFor: semaphore) { semaphore.acquire($0, results: returnSelf) }
    }

    /// `s:release()`: gives a permit back. No results, does not wait. Error when none is taken.
    private static let release = LuaFunction("semaphore:release") { call in
        guard try call.object(at: 1, of: luaClass).release(results: returnSelf) else {
            throw LuaError(.runtime, "semaphore:release: no permit is taken")
        }
        return 0
    }

    /// The first argument of acquire is still where it was.
    private static let returnSelf: LuaResults = { stack in
        stack.pushCopy(of: 1)
        return 1
    }

    /// Adds `s:with(fn, …)`: takes a permit, calls fn with the other arguments in the same task, gives the permit back
    /// however fn ends.
    ///
    /// Results: those of fn. Errors: those of fn, and the task's cancellation. Written in C, for it calls a Lua
    /// function that may wait.
    static func addWith(to stack: LuaStack) {
        stack.push(LuaSemaphore(size: 1), as: luaClass)
        guard stack.reserve(3), lua_getmetatable(stack.pointer, -1) != 0 else { return stack.pop() }
        stack.getField("__index", at: -1)
        stack.push(acquire)
        lua_pushcclosure(stack.pointer, luashim_with_permit, 1)
        stack.setField("with")
        stack.pop(3)
    }
}
