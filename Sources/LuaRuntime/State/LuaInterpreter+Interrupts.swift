import CLuaShims
import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension LuaInterpreter {
    /// Lets Ctrl-C also end what the running chunk waits for; needed once there are functions that wait.
    package func interruptWaits() throws(LuaError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw LuaError(.runtime, "Ctrl-C cannot be waited for: \(String(cString: strerror(errno)))")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        let readEnd = ends[0]
        LoopExecutor.shared.watch(readEnd, for: .read) { [weak self] _ in
            var byte: UInt8 = 0
            while read(readEnd, &byte, 1) > 0 {}
            self?.interruptWait()
        }
        luashim_notify_interrupts(ends[1])
    }

    private func interruptWait() {
        // Where Lua ran, it has raised the error already.
        guard !state.isClosed, luashim_take_interrupt(state.host) else { return }
        current?.interrupt()
    }
}

extension LuaTask {
    /// Ctrl-C: the wait ends with an error; where only children are waited for, they are cancelled.
    fileprivate func interrupt() {
        if case .joining = state { return cancelChildren() }
        interrupt(with: LuaError(.runtime, "interrupted!"))
    }
}
