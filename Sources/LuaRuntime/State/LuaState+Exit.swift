import CLuaShims
import EventLoop

extension LuaState {
    /// The code that a script gave to `os.exit`, once it has; nil before that and when the state is closed.
    ///
    /// Its tasks have begun to unwind then: what runs the script waits for their end, closes the state and ends the
    /// process.
    package var exitCode: Int32? {
        guard !isClosed, host.pointee.exiting else { return nil }
        return host.pointee.exit_code
    }
}
