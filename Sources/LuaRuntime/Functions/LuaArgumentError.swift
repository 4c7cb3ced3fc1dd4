import EventLoop

/// Wrong arguments of one call, all of them, as an error value of the code `validation` and the kind `value`.
package struct LuaArgumentError: LuaErrorConvertible, CustomStringConvertible {
    /// One thing that is wrong.
    package struct Problem: Sendable {
        /// The parameter, or the option in it: `endpoint`, `timeout`.
        package let field: String
        /// A whole line: "fal.run: argument 1 (endpoint): string expected, got nil".
        package let message: String
    }

    /// In the order of the parameters.
    package let problems: [Problem]
    /// `file:line` of the call.
    package let position: String?

    private static let metatable = "falhost.argument_error"

    /// The messages, a line each.
    package var description: String { problems.map(\.message).joined(separator: "\n") }

    /// Pushes a table with `code`, `kind`, `message`, `field` (the first problem's), `position`, `retryable` and
    /// `details`.
    @LoopActor
    package func push(onto stack: LuaStack) {
        let fields = [
            ("code", "validation"), ("kind", "value"), ("message", description), ("field", problems.first?.field ?? ""),
        ]
        stack.pushTable(fieldCount: 7)
        for (name, value) in fields {
            stack.push(value)
            stack.setField(name)
        }
        if let position {
            stack.push(position)
            stack.setField("position")
        }
        stack.push(false)
        stack.setField("retryable")
        pushDetails(onto: stack)
        stack.setField("details")
        stack.setMetatable(named: Self.metatable) { stack in
            stack.push(LuaFunction("error.__tostring", Self.describe))
            stack.setField("__tostring")
        }
    }

    /// Pushes `{ { field =, message = }, … }`.
    @LoopActor
    private func pushDetails(onto stack: LuaStack) {
        stack.pushTable(arrayCount: problems.count)
        for (index, problem) in problems.enumerated() {
            stack.pushTable(fieldCount: 2)
            stack.push(problem.field)
            stack.setField("field")
            stack.push(problem.message)
            stack.setField("message")
            stack.setIndex(index + 1)
        }
    }

    /// The message after the position, as errors of Lua's own functions have it.
    @LoopActor
    private static func describe(_ call: LuaCall) throws -> Int32 {
        let stack = call.stack
        stack.getField("position", at: 1)
        stack.getField("message", at: 1)
        let message = stack.string(at: -1) ?? "wrong arguments"
        stack.push(stack.string(at: -2).map { "\($0): \(message)" } ?? message)
        return 1
    }
}
