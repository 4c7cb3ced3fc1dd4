import CLua
import EventLoop

/// What `require "name"` gives to a script: functions, values, and functions written in Lua.
package struct LuaModule {
    /// What `require` is given.
    package let name: String
    private let makeDeclaration: (@LoopActor () -> LuaModuleDeclaration)?
    private let makeFunctions: @LoopActor () -> [LuaFunction]
    private let addValues: (@LoopActor (LuaStack) -> Void)?
    private let prelude: Prelude?

    /// Lua source that completes a module; it receives the module's table, and a table of the fields that begin with
    /// `_`, which scripts do not see. It returns the classes that it makes by their declared names, or nothing.
    package struct Prelude {
        let pieces: [StaticString]
        let chunkName: String

        /// `chunkName` shows in tracebacks: "=[fal]".
        package init(_ source: StaticString, chunkName: String) {
            self.init(pieces: [source], chunkName: chunkName)
        }

        /// One chunk in pieces, which are joined when it is loaded: they share their locals.
        package init(pieces: [StaticString], chunkName: String) {
            self.pieces = pieces
            self.chunkName = chunkName
        }
    }

    /// Nothing is made before the module is first required.
    ///
    /// - Parameters:
    ///   - declaration: says of each function what its arguments must be.
    ///   - functions: each is stored under its field: "fal.run" under `run`.
    ///   - values: called with the module's table on top; leaves it there.
    package init(
        name: String, declaration: (@LoopActor () -> LuaModuleDeclaration)? = nil,
        functions: @autoclosure @escaping @LoopActor () -> [LuaFunction],
        values: (@LoopActor (LuaStack) -> Void)? = nil, prelude: Prelude? = nil
    ) {
        self.name = name
        makeDeclaration = declaration
        makeFunctions = functions
        self.addValues = values
        self.prelude = prelude
    }

    /// Pushes the module's table.
    @LoopActor
    package func push(onto stack: LuaStack) throws {
        let declaration = makeDeclaration?()
        let functions = makeFunctions()
        push(functions.filter { !$0.field.hasPrefix("_") }, declaration, onto: stack)
        addValues?(stack)
        guard let prelude else { return }
        push(functions.filter { $0.field.hasPrefix("_") }, declaration, onto: stack)
        let native = stack.reference(at: -1)
        stack.pop()
        try complete(stack, native, prelude)
    }

    /// Pushes a table of functions.
    @LoopActor
    private func push(_ functions: [LuaFunction], _ declaration: LuaModuleDeclaration?, onto stack: LuaStack) {
        stack.pushTable(fieldCount: functions.count + 4)
        for function in functions {
            let declared = function.isChecked ? declaration?.function(named: function.name) : nil
            stack.push(function, declaredAs: declared)
            stack.setField(function.field)
        }
    }

    /// Runs the prelude for the table on top.
    @LoopActor
    private func complete(_ stack: LuaStack, _ native: LuaReference, _ prelude: Prelude) throws {
        let source = prelude.pieces.flatMap { piece in
            piece.withUTF8Buffer { Array($0) } + [UInt8(ascii: "\n")]
        }
        let chunk = try stack.state.load(source, name: prelude.chunkName)
        let table = stack.reference(at: -1)
        try stack.state.call(
            chunk,
            push: { stack in
                stack.push(table)
                stack.push(native)
                return 2
            },
            read: { stack, first, count in
                guard count > 0 else { return }
                try stack.forEachEntry(at: first) { stack in
                    if let name = stack.string(at: -2) { stack.registerClassTable(name) }
                }
            })
    }
}

extension LuaStack {
    /// Keeps the table on top as the methods of the declared class `name`, so that help finds them.
    func registerClassTable(_ name: String) {
        guard reserve(3) else { return }
        push(Self.classKey(name))
        lua_pushvalue(pointer, -2)
        lua_rawset(pointer, luaRegistryIndex)
    }

    /// Pushes the methods of a declared class; nil when the state has made none yet.
    package func pushClassTable(_ name: String) { pushRegistryField(Self.classKey(name)) }

    /// Whether the value at `index` has its methods from a class's table: that is its metatable or the metatable's
    /// `__index`.
    package func isInstance(_ index: Int32, ofClassTable table: Int32) -> Bool {
        let table = absoluteIndex(table)
        guard reserve(2), lua_getmetatable(pointer, index) != 0 else { return false }
        defer { pop(2) }
        getField("__index", at: -1)
        return lua_rawequal(pointer, -1, table) != 0 || lua_rawequal(pointer, -2, table) != 0
    }

    private static func classKey(_ name: String) -> String { "falhost.class." + name }

    /// Pushes what `require` gave for `name`; nil when nobody has required it.
    package func pushLoadedModule(_ name: String) {
        guard reserve(4) else { return }
        pushLoadedModules()
        getField(name, at: -1)
        lua_rotate(pointer, -2, -1)
        pop()
    }
}
