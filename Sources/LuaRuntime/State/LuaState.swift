import CLua
import CLuaShims
package import EventLoop

/// One Lua world: its memory, its libraries, its tasks. Lives on the loop's thread; must be closed by its owner.
@LoopActor
package final class LuaState {
    package enum Profile: Sendable {
        /// All of Lua's libraries, with coroutines through which host functions can wait.
        case trusted
        /// DESIGN.md §5: base without load, dofile, loadfile, collectgarbage; string without dump; table, math, utf8;
        /// frozen libraries, text chunks only, an unknown global is an error. The limit is in bytes.
        case sandbox(memoryLimit: Int)
        /// What lua(1) gives a program, and coroutines through which host functions can wait. Its `os.exit` without
        /// `close` ends the process at once. `LUA_PATH` and `LUA_CPATH` count unless the environment is ignored.
        case interpreter(ignoresEnvironment: Bool)
    }

    let profile: Profile
    let host: UnsafeMutablePointer<luashim_state>
    let releasedSlots = ReleasedSlots()
    package private(set) var isClosed = false
    /// What the error of a cancelled task says, in the language of the script's reader.
    package var cancellationMessage = "the task was cancelled" {
        didSet { luashim_set_cancellation_text(host, cancellationMessage) }
    }
    /// What `task.stop_signal` waits for; nil where signals are none of a script's business.
    package var stopSignal: LuaStopSignal?
    private(set) lazy var scheduler = LuaScheduler(state: self)
    let moduleLoads = LuaModuleLoads()
    private var kept: [AnyObject] = []
    /// What the last position looked up was: C tells when the next is the same.
    private var lastPosition = ""

    /// - Parameter memoryLimit: bytes for the trusted profile; nil for none. The sandbox has its own.
    package init(_ profile: Profile, memoryLimit: Int? = nil) throws(LuaError) {
        let limit =
            switch profile {
            case .trusted, .interpreter: memoryLimit ?? 0
            case .sandbox(let limit): limit
            }
        guard let host = luashim_new(max(limit, 0)) else { throw LuaError(.memory, "no memory for a Lua state") }
        self.profile = profile
        self.host = host
        host.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
        host.pointee.call = HostEntry.call
        host.pointee.resumed = HostEntry.resumed
        let status =
            switch profile {
            case .trusted: luashim_open_trusted(host)
            case .sandbox: luashim_open_sandbox(host)
            case .interpreter(let ignoresEnvironment): luashim_open_interpreter(host, ignoresEnvironment)
            }
        guard status == LUA_OK else {
            let reason = stack.describe(at: -1)
            close()
            throw LuaError(.memory, "Lua's libraries cannot be opened: \(reason)")
        }
        switch profile {
        case .trusted, .interpreter: installRequire()
        case .sandbox: refuseUnknownGlobals()
        }
    }

    static func owner(of pointer: OpaquePointer) -> LuaState {
        // The owner outlives its lua_State: `close` is the only place that ends the latter.
        Unmanaged<LuaState>.fromOpaque(luashim_of(pointer).pointee.owner).takeUnretainedValue()
    }

    var pointer: OpaquePointer { host.pointee.main }

    /// The stack of the main thread: for setting up globals and modules.
    package var stack: LuaStack { LuaStack(pointer) }

    /// Bytes that Lua has allocated.
    package var memoryInUse: Int { isClosed ? 0 : Int(host.pointee.used) }

    /// Cancels what tasks wait for, runs all finalizers and frees the state. Calling it again does nothing.
    ///
    /// When a host function calls it, that happens after Lua has returned to the loop.
    package func close() {
        guard !isClosed else { return }
        if host.pointee.active != nil {
            LoopActor.spawn { self.close() }
            return
        }
        isClosed = true
        scheduler.close()
        luashim_close(host)
        releaseObjects()
        luashim_free(host)
        kept = []
    }

    /// Runs a full garbage collection, finalizers included.
    package func collectGarbage() {
        guard !isClosed else { return }
        releaseSlots()
        luashim_collect_garbage(host)
        releaseObjects()
    }

    func keepAlive(_ object: AnyObject) { kept.append(object) }

    /// Gives registry slots back whose references are gone.
    func releaseSlots() {
        releasedSlots.drain { luaL_unref(pointer, luaRegistryIndex, $0) }
    }

    /// Releases the Swift objects whose userdata Lua has collected.
    func releaseObjects() {
        while host.pointee.released_count > 0 {
            host.pointee.released_count -= 1
            guard let object = host.pointee.released[host.pointee.released_count] else { continue }
            Unmanaged<AnyObject>.fromOpaque(object).release()
        }
    }

    /// `file:line` of the innermost Lua function of a coroutine, from `level` on outwards.
    func position(in coroutine: OpaquePointer, level: Int32) -> String? {
        switch Int(luashim_position(stack.pointer, coroutine, level)) {
        case LUASHIM_SAME_POSITION: break
        case LUASHIM_NEW_POSITION:
            lastPosition = stack.withBytes(at: -1) { String(decoding: $0, as: UTF8.self) } ?? ""
            stack.pop()
        default: return nil
        }
        return lastPosition
    }

    /// Nanoseconds that a `__tostring` may take when the host describes a value; 0 is no limit.
    var describeDeadline: UInt64 {
        switch profile {
        case .trusted, .interpreter: 0
        case .sandbox: 50_000_000
        }
    }
}
