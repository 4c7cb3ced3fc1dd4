package import EventLoop

/// The word from outside that a script is to end, for those of its tasks that wait for it (`task.stop_signal`).
@LoopActor
package final class LuaStopSignal {
    /// The signal that came and was waited for: "SIGTERM".
    package private(set) var name: String?
    private let listen: @LoopActor (Bool) -> Void
    private var waiters: [UInt64: LuaResumption] = [:]
    private var lastWaiter: UInt64 = 0
    private var listeners: [@LoopActor () -> Void] = []

    /// - Parameter listen: is told whether some task waits; then a signal is the script's own business.
    package nonisolated init(listen: @escaping @LoopActor (Bool) -> Void) {
        self.listen = listen
    }

    /// Passes a signal on to the tasks that wait; false when none does.
    package func send(_ name: String) -> Bool {
        guard !waiters.isEmpty else { return false }
        self.name = name
        for (_, resumption) in waiters.sorted(by: { $0.key < $1.key }) { resume(resumption, name) }
        waiters = [:]
        for listener in listeners { listener() }
        listeners = []
        return true
    }

    /// Calls `body` when a signal is passed on, at once if one was; that alone makes no signal the script's business.
    package func whenSent(_ body: @escaping @LoopActor () -> Void) {
        if name == nil { listeners.append(body) } else { body() }
    }

    /// Waits for the signal; one that came already ends the wait at once.
    func wait(_ resumption: LuaResumption) -> @LoopActor () -> Void {
        if let name {
            resume(resumption, name)
            return {}
        }
        lastWaiter += 1
        let number = lastWaiter
        waiters[number] = resumption
        listen(true)
        return { [self] in
            waiters[number] = nil
            if waiters.isEmpty { listen(false) }
            resumption.resume()
        }
    }

    private func resume(_ resumption: LuaResumption, _ name: String) {
        resumption.resume(returning: { stack in
            stack.push(name)
            return 1
        })
    }
}
