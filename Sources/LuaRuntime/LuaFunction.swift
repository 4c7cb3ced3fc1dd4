import EventLoop

/// A Swift function that scripts can call.
package struct LuaFunction {
    /// Qualified, for messages: "fal.run".
    package let name: String
    let body: @LoopActor (LuaCall) throws -> Int32

    /// `body` finds the arguments on the call's stack from index 1 and returns how many results it pushed. What it throws
    /// is raised in Lua; see `LuaErrorConvertible`.
    package init(_ name: String, _ body: @escaping @LoopActor (LuaCall) throws -> Int32) {
        self.name = name
        self.body = body
    }

    /// A function that suspends the calling task until its operation ends.
    ///
    /// `start` reads the arguments. It is not called where the task cannot wait: then Lua gets an error that says where it
    /// is, and nothing has begun.
    package static func awaiting(
        _ name: String, _ start: @escaping @LoopActor (LuaCall) throws -> LuaOperation
    ) -> LuaFunction {
        LuaFunction(name) { call in
            let task = try call.waitingTask()
            let operation = try start(call)
            return try task.wait(for: operation, in: call)
        }
    }
}

/// What a Lua function value owns.
final class FunctionBox {
    let name: String
    let body: @LoopActor (LuaCall) throws -> Int32

    init(_ function: LuaFunction) {
        name = function.name
        body = function.body
    }
}
