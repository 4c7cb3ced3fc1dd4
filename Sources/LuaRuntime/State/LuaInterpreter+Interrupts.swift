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
        guard let pipe = WakePipe() else {
            throw LuaError(.runtime, "Ctrl-C cannot be waited for: \(String(cString: strerror(errno)))")
        }
        LoopExecutor.shared.watch(pipe.readEnd, for: .read) { [weak self] _ in
            while !pipe.take().isEmpty {}
            self?.interruptWait()
        }
        luashim_notify_interrupts(pipe.writeEnd)
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
