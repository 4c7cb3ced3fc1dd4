/// What one run of a script may take; nothing is limited by default.
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
