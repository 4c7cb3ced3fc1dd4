import CLua
import CLuaShims
import EventLoop

extension LuaState {
    /// Makes `require` one whose modules may wait at their top level; see require.c.
    func installRequire() {
        guard stack.reserve(8) else { return }
        stack.push(LuaFunction("require") { call in try Self.beginLoad(call) })
        luashim_set_require(pointer)
    }

    /// Called for a module that is not loaded. The result is an object to be closed at the end of the load, nil when
    /// this task is loading the module already, or true after waiting for another task's load.
    private static func beginLoad(_ call: LuaCall) throws -> Int32 {
        let loads = call.state.moduleLoads
        let name = call.stack.describe(at: 1)
        let task = call.state.scheduler.current
        guard let load = loads[name] else {
            let load = LuaModuleLoad(name: name, owner: task)
            loads[name] = load
            call.stack.push(load, as: loadClass)
            return 1
        }
        if load.owner === task {
            call.stack.pushNil()
            return 1
        }
        do {
            let task = try call.waitingTask()
            try load.throwIfCyclic(with: task)
            return try task.wait(for: LuaOperation(waitingFor: load) { load.wait($0) }, in: call)
        } catch let error as LuaError {
            // The caller is require itself: the line is that of its caller.
            let position = call.position
            throw LuaError(error.kind, (position.map { "\($0): " } ?? "") + error.message, position: position)
        }
    }

    private static let loadClass: LuaClass<LuaModuleLoad> = LuaClass("module load", methods: [], close: endLoad)

    /// Called when the load has ended, with its error if it has one.
    private static let endLoad = LuaFunction("require") { call in
        let stack = call.stack
        let load = try call.object(at: 1, of: loadClass)
        let loads = call.state.moduleLoads
        loads.remove(load)
        // Who waited is not cancelled because the loading task was: it tries itself.
        guard !stack.isNilOrNone(at: 2), !luashim_is_cancellation(stack.pointer, 2) else {
            load.end(with: nil)
            return 0
        }
        load.end(
            with: LuaTaskFailure(
                value: stack.reference(at: 2), status: LUA_ERRRUN, traceback: nil, isCancellation: false))
        return 0
    }
}
