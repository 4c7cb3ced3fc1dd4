import CLua
import CLuaShims
import EventLoop

/// The two doors through which C enters Swift. Both catch everything and return a status: C raises, Swift never does.
enum HostEntry {
    static let call: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { pointer, object in
        guard let pointer, let object else { return 0 }
        HostEntry.checkThread()
        // Lua's stack holds the function that it calls: a reference of ours would only be counted up and down.
        return Unmanaged<FunctionBox>.fromOpaque(object)._withUnsafeGuaranteedRef {
            HostEntry.entries.run(pointer, $0)
        }
    }

    static let resumed: @convention(c) (OpaquePointer?) -> Int32 = { pointer in
        guard let pointer else { return 0 }
        HostEntry.checkThread()
        return HostEntry.entries.deliver(pointer)
    }

    private static func checkThread() {
        #if DEBUG
            LoopActor.shared.preconditionIsolated()
        #endif
    }

    // C calls back only from within a call that the loop's thread made, so we are on the actor's executor: the check
    // (41 ns) stays in debug builds. The types differ in isolation only, which has no representation in a synchronous
    // function; inside structs the cast adds no thunk. Both are constants without captures.
    nonisolated(unsafe) private static let entries = unsafeBitCast(
        Isolated(run: run, deliver: deliver), to: Unchecked.self)

    private struct Isolated {
        let run: @LoopActor (OpaquePointer, FunctionBox) -> Int32
        let deliver: @LoopActor (OpaquePointer) -> Int32
    }

    private struct Unchecked {
        let run: (OpaquePointer, FunctionBox) -> Int32
        let deliver: (OpaquePointer) -> Int32
    }

    @LoopActor
    private static func run(_ pointer: OpaquePointer, _ function: FunctionBox) -> Int32 {
        // No closures here: one that is passed to the standard library gets an isolation check at run time (10 ns).
        do {
            let call = LuaCall(pointer, .passUnretained(function))
            if !function.masks.accept(pointer) { try call.check(function.parameters, isMethod: function.isMethod) }
            return try function.body(call)
        } catch {
            return raise(error, on: LuaStack(pointer))
        }
    }

    @LoopActor
    private static func deliver(_ pointer: OpaquePointer) -> Int32 {
        let stack = LuaStack(pointer)
        do {
            return try stack.state.scheduler.deliver(onto: stack)
        } catch {
            return raise(error, on: stack)
        }
    }

    /// Pushes what `error` is in Lua.
    @LoopActor
    private static func raise(_ error: any Error, on stack: LuaStack) -> Int32 {
        switch error {
        case let error as LuaError:
            return raise(error, on: stack)
        case let error as any LuaErrorConvertible:
            error.push(onto: stack)
            return Int32(LUASHIM_RAISE)
        case is LuaTaskExit:
            return Int32(LUASHIM_EXIT)
        case is CancellationError:
            stack.pushError(code: "cancelled", message: stack.state.cancellationMessage, isCancellation: true)
            return Int32(LUASHIM_RAISE)
        default:
            stack.push(String(describing: error))
            return Int32(LUASHIM_RAISE_HERE)
        }
    }

    @LoopActor
    private static func raise(_ error: LuaError, on stack: LuaStack) -> Int32 {
        if let value = error.value, value.slots === stack.state.releasedSlots {
            stack.push(value)
            return Int32(LUASHIM_RAISE)
        }
        stack.push(error.description)
        return Int32(error.position == nil ? LUASHIM_RAISE_HERE : LUASHIM_RAISE)
    }
}
