import EventLoop
import LuaRuntime

/// What one run of a script, or a session at the prompt, may take; nothing is limited by default.
package struct ScriptLimits: Sendable {
    /// Bytes that Lua may allocate.
    package var memory: Int?
    /// Longest time without a wait.
    package var burst: Duration?

    package init(memory: Int? = nil, burst: Duration? = nil) {
        self.memory = memory
        self.burst = burst
    }

    /// "64 MiB", "1500 bytes".
    static func described(bytes: Int) -> String {
        for (size, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] where bytes % size == 0 {
            return "\(bytes / size) \(name)"
        }
        return "\(bytes) bytes"
    }

    /// "2 s", "0.25 s".
    static func described(_ time: Duration) -> String {
        let milliseconds = time / .milliseconds(1)
        let seconds = milliseconds / 1000
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
    }
}

extension ScriptLimits {
    /// A state for trusted code that keeps to the limits.
    @LoopActor
    func makeState() throws(LuaError) -> LuaState {
        let state = try LuaState(.trusted, memoryLimit: memory)
        if let burst {
            try state.limitBurst(
                to: burst,
                message: "the script ran for \(Self.described(burst)) without a wait:"
                    + " let it wait now and then (task.sleep(0)), or raise --max-burst")
        }
        return state
    }

    /// The error with the limit in place of Lua's "not enough memory", when it was that.
    @LoopActor
    func naming(_ error: LuaError, in state: LuaState) -> LuaError {
        guard let memory, error.kind == .memory || error.message.hasSuffix("not enough memory"),
            state.hasHitMemoryLimit
        else { return error }
        return LuaError(
            .memory,
            "the script needs more than \(Self.described(bytes: memory)) of memory (--max-memory sets the limit)",
            traceback: error.traceback, position: error.position)
    }
}
