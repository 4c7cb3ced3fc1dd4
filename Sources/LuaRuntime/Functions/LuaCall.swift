import CLua
import CLuaShims
package import EventLoop

/// One call of a host function by Lua; valid until that function returns.
@LoopActor
package struct LuaCall {
    /// The arguments from index 1 on, and room for the results.
    package let stack: LuaStack
    /// As it was when the function was called.
    package let argumentCount: Int32
    private let function: Unmanaged<FunctionBox>

    init(_ pointer: OpaquePointer, _ function: Unmanaged<FunctionBox>) {
        stack = LuaStack(pointer)
        argumentCount = lua_gettop(pointer)
        self.function = function
    }

    /// The name that the function was declared with: "fal.run".
    package var functionName: String { function.takeUnretainedValue().name }

    /// The parameters that were declared, without the object of a method.
    var parameters: [LuaValueDeclaration] { function.takeUnretainedValue().parameters }

    var isMethod: Bool { function.takeUnretainedValue().isMethod }

    /// The state that called.
    package var state: LuaState { stack.state }

    /// `file:line` of the Lua code that called, nil when none did.
    package var position: String? { state.position(in: stack.pointer, level: 1) }

    /// "fal.run: argument 1 (endpoint): string expected, got nil", to be thrown.
    package func argumentError(_ index: Int32, expected: String) -> LuaArgumentError {
        guard isMethod, index == 1 else {
            return argumentError(index, "\(expected) expected, got \(stack.typeName(at: index))")
        }
        let message =
            "\(functionName): called on a \(stack.typeName(at: 1)), not on a \(expected): is the colon missing?"
        return LuaArgumentError(problems: [.init(field: "self", message: message)], position: position)
    }

    /// "fal.run: argument 1 (endpoint): " and the reason, to be thrown.
    package func argumentError(_ index: Int32, _ reason: String) -> LuaArgumentError {
        let number = Int(isMethod ? index - 1 : index) - 1
        let field = parameters.indices.contains(number) ? parameters[number].name : ""
        let problem = LuaArgumentError.Problem(
            field: field, message: "\(functionName): \(label(of: index)): \(reason)")
        return LuaArgumentError(problems: [problem], position: position)
    }

    /// The argument as a string of valid UTF-8, or the error that says what is wrong with it.
    package func requireString(_ index: Int32) throws -> String {
        guard stack.type(at: index) == .string else { throw argumentError(index, expected: "string") }
        guard let value = stack.string(at: index) else { throw argumentError(index, "the string is not valid UTF-8") }
        return value
    }

    /// The argument as an integer, also a float without a fraction; or the error that says what is wrong with it.
    package func requireInteger(_ index: Int32) throws -> Int64 {
        guard stack.type(at: index) == .number else { throw argumentError(index, expected: "integer") }
        guard let value = stack.integer(at: index) else {
            throw argumentError(index, "number has no integer representation")
        }
        return value
    }

    /// The argument as a number, strings not converted; or the error that says what is wrong with it.
    package func requireNumber(_ index: Int32) throws -> Double {
        guard let value = stack.number(at: index) else { throw argumentError(index, expected: "number") }
        return value
    }

    /// Throws when the argument is no table.
    package func requireTable(_ index: Int32) throws {
        guard stack.type(at: index) == .table else { throw argumentError(index, expected: "table") }
    }

    /// Throws when the argument is no function.
    package func requireFunction(_ index: Int32) throws {
        guard stack.type(at: index) == .function else { throw argumentError(index, expected: "function") }
    }

    /// The Swift object that the userdata at `index` carries when it is of `luaClass`, else an error that names the
    /// class.
    package func object<Object: AnyObject>(at index: Int32, of luaClass: LuaClass<Object>) throws -> Object {
        guard let object = stack.object(at: index, of: luaClass) else {
            throw argumentError(index, expected: luaClass.name)
        }
        return object
    }

    /// The task in which this call may wait, or an error that says why it cannot.
    func waitingTask() throws -> LuaTask {
        if let place = luashim_cannot_wait(stack.pointer) {
            throw LuaError(.runtime, "\(functionName): cannot wait here (\(String(cString: place)))")
        }
        guard let task = state.scheduler.current else {
            throw LuaError(.runtime, "\(functionName): cannot wait here (outside a task)")
        }
        try task.throwIfInterrupted()
        return task
    }
}

/// A Swift error that chooses the Lua value it becomes when a host function throws it.
///
/// Other errors become a string: the position of the call and the error's description.
package protocol LuaErrorConvertible: Error {
    /// Pushes exactly one value.
    @LoopActor func push(onto stack: LuaStack)
}

/// An error value that the runtime itself raises: a table with `code`, `kind`, `message` and a `__tostring`.
package struct LuaCodedError: LuaErrorConvertible {
    /// "timeout", "deadlock": what scripts compare.
    package let code: String
    /// For people; what `tostring` gives.
    package let message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// Pushes the table, `kind` "runtime", not retryable.
    @LoopActor
    package func push(onto stack: LuaStack) {
        stack.pushError(code: code, message: message, isCancellation: false)
    }
}
