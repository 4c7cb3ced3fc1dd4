/// A failure of Lua code, as the host sees it.
package struct LuaError: Error, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The chunk does not parse, or is binary where only text is allowed.
        case syntax
        /// `error()` or an operation that Lua refuses.
        case runtime
        /// Memory, or the state's limit.
        case memory
        /// The call's deadline passed.
        case deadline
        /// The task was cancelled and nothing caught that.
        case cancelled
        /// A host function was called with wrong arguments.
        case argument
        /// The state was closed.
        case closed
    }

    package let kind: Kind
    /// What went wrong; begins with `file:line: ` where Lua put that.
    package let message: String
    /// Lua's stack traceback, through host functions, coroutines and awaiting tasks; nil where there is none.
    package let traceback: String?
    /// The Lua value that was raised; alive as long as its state.
    package let value: LuaReference?
    /// `file:line` of the innermost Lua function, where known.
    package let position: String?

    package init(
        _ kind: Kind, _ message: String, traceback: String? = nil, value: LuaReference? = nil, position: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.traceback = traceback
        self.value = value
        self.position = position
    }

    /// `file:line: message`, whether or not Lua had put the position into the message.
    package var description: String {
        guard let position, !message.hasPrefix(position + ":") else { return message }
        return "\(position): \(message)"
    }
}
