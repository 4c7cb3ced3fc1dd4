import CLuaShims
import EventLoop

/// Stops what a state runs, from any thread; does no harm to a state that runs nothing or is closed.
package struct LuaInterruption: Sendable {
    private let handle: Handle

    @LoopActor
    init(_ state: LuaState) {
        handle = Handle(pointer: luashim_retain_interruption(state.host))
    }

    /// Makes the Lua code that runs now raise `message` at its next instruction, with its `file:line: ` before it.
    ///
    /// A `pcall` may catch that. A function of C is not stopped before it returns.
    package func raise(_ message: String) {
        luashim_raise(handle.pointer, message)
    }

    /// Where the state is found by `interrupt(at:)`; valid as long as this value, or a copy of it, lives.
    package var address: UInt { UInt(bitPattern: handle.pointer) }

    /// Makes the Lua code of the state at `address` raise lua(1)'s "interrupted!", once and catchably.
    ///
    /// Async-signal-safe, on any thread: keep the address in an `Atomic<UInt>` for the handler. 0 does nothing.
    package static func interrupt(at address: UInt) {
        guard let pointer = OpaquePointer(bitPattern: address) else { return }
        luashim_interrupt(pointer)
    }

    /// Starts the thread that interrupts busy Lua: a descriptor, to which a signal handler may write `interruptByte`.
    ///
    /// What is in Lua, in any state, longer than 0.2 s from then on is cancelled: the cancellation error is raised,
    /// which a `pcall` may catch, and a second later again at every instruction. Nil when there is no thread to be had.
    package static func busyDescriptor() -> Int32? {
        let descriptor = luashim_interrupt_descriptor()
        return descriptor < 0 ? nil : descriptor
    }

    /// What a signal handler writes to `busyDescriptor()`.
    package static let interruptByte = UInt8(LUASHIM_INTERRUPT_BYTE)

    /// Its being Sendable is unchecked because the compiler cannot see that C takes requests from any thread.
    private final class Handle: @unchecked Sendable {
        let pointer: OpaquePointer

        init(pointer: OpaquePointer) {
            self.pointer = pointer
        }

        deinit {
            luashim_release_interruption(pointer)
        }
    }
}

extension LuaState {
    /// The handle with which other threads, and signal handlers, stop what this state runs.
    package var interruption: LuaInterruption { LuaInterruption(self) }
}
