import EventLoop

/// A Swift function that scripts can call.
package struct LuaFunction {
    /// As scripts call it, for messages and to find its declaration: "fal.run", "handle:status".
    package let name: String
    /// Under which a module's table has it; a field that begins with `_` is for the module's prelude alone.
    let field: String
    /// False for a part of a public function that gets other arguments than that.
    let isChecked: Bool
    let body: @LoopActor (LuaCall) throws -> Int32

    /// `body` finds the arguments on the call's stack from index 1, checked where the function is declared, and returns
    /// how many results it pushed. What it throws is raised in Lua; see `LuaErrorConvertible`.
    package init(
        _ name: String, field: String? = nil, isChecked: Bool = true,
        _ body: @escaping @LoopActor (LuaCall) throws -> Int32
    ) {
        self.name = name
        self.field = field ?? LuaFunctionDeclaration.field(of: name)
        self.isChecked = isChecked
        self.body = body
    }

    /// A function that suspends the calling task until its operation ends.
    ///
    /// `start` reads the arguments. It is not called where the task cannot wait: then Lua gets an error that says where
    /// it is, and nothing has begun.
    package static func awaiting(
        _ name: String, field: String? = nil, isChecked: Bool = true,
        _ start: @escaping @LoopActor (LuaCall) throws -> LuaOperation
    ) -> LuaFunction {
        LuaFunction(name, field: field, isChecked: isChecked) { call in
            let task = try call.waitingTask()
            let operation = try start(call)
            return try task.wait(for: operation, in: call)
        }
    }
}

/// What a Lua function value owns.
final class FunctionBox {
    let name: String
    let parameters: [LuaValueDeclaration]
    let isMethod: Bool
    let masks: ArgumentMasks
    let body: @LoopActor (LuaCall) throws -> Int32

    init(_ function: LuaFunction, _ declaration: LuaFunctionDeclaration?) {
        name = declaration?.name ?? function.name
        parameters = declaration?.parameters ?? []
        isMethod = declaration?.isMethod ?? false
        masks = declaration.map { ArgumentMasks($0) } ?? ArgumentMasks()
        body = function.body
    }
}
