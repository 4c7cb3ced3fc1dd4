import EventLoop

/// What `require "name"` gives to a script: functions, values, and functions written in Lua.
package struct LuaModule {
    package let name: String
    package let functions: [LuaFunction]
    let addValues: (@LoopActor (LuaStack) -> Void)?
    let prelude: Prelude?

    /// Lua source that completes a module; it receives the module's table as its only argument.
    package struct Prelude {
        let source: StaticString
        let chunkName: String

        /// `chunkName` shows in tracebacks: "=[fal]".
        package init(_ source: StaticString, chunkName: String) {
            self.source = source
            self.chunkName = chunkName
        }
    }

    /// - Parameters:
    ///   - functions: each is stored under the last part of its name: "fal.run" becomes `run`.
    ///   - values: called with the module's table on top; leaves it there.
    package init(
        name: String, functions: [LuaFunction], values: (@LoopActor (LuaStack) -> Void)? = nil, prelude: Prelude? = nil
    ) {
        self.name = name
        self.functions = functions
        self.addValues = values
        self.prelude = prelude
    }

    /// Pushes the module's table.
    @LoopActor
    func push(onto stack: LuaStack) throws {
        stack.pushTable(fieldCount: functions.count + 4)
        for function in functions {
            stack.push(function)
            stack.setField(String(function.name.split(separator: ".").last ?? ""))
        }
        addValues?(stack)
        guard let prelude else { return }
        let source = prelude.source.withUTF8Buffer { [UInt8]($0) }
        let chunk = try stack.state.load(source, name: prelude.chunkName)
        let table = stack.reference(at: -1)
        try stack.state.call(
            chunk,
            push: { stack in
                stack.push(table); return 1
            }, read: { _, _, _ in })
    }
}
