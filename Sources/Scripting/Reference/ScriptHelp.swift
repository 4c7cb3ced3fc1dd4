package import EventLoop
package import LuaRuntime

/// `help(x)`: what the declarations say, as plain text.
@LoopActor
package enum ScriptHelp {
    /// The text for the value at `index`: a declared function, a module's table, an object of a declared class, or the
    /// name of any of them as a string. Nil for everything else.
    package static func text(for index: Int32, on stack: LuaStack) -> String? {
        let index = stack.absoluteIndex(index)
        switch stack.type(at: index) {
        case .string: return stack.string(at: index).flatMap { text(named: $0) }
        case .function: return function(at: index, on: stack).map { HelpText.text($0) }
        case .table: return module(at: index, on: stack).map { HelpText.text($0) } ?? object(at: index, on: stack)
        case .userdata: return object(at: index, on: stack)
        default: return nil
        }
    }

    /// The text for "fal", "fal.run", "handle:status" or "fal.Config"; nil when nothing is called so.
    package static func text(named name: String) -> String? {
        for module in ScriptDeclarations.modules {
            if module.name == name { return HelpText.text(module) }
            if let function = module.function(named: name) { return HelpText.text(function) }
            let classes = module.classes + module.optionClasses
            if let declared = classes.first(where: { $0.name == name }) { return HelpText.text(declared) }
        }
        return nil
    }

    /// What there is: for `help()`.
    package static var overview: String { HelpText.overview(ScriptDeclarations.modules) }

    private static func function(at index: Int32, on stack: LuaStack) -> LuaFunctionDeclaration? {
        let top = stack.top
        defer { stack.setTop(top) }
        for module in ScriptDeclarations.modules {
            push(module, onto: stack)
            if let function = find(module.functions, at: index, on: stack) { return function }
            for declared in module.classes where !declared.methods.isEmpty {
                stack.pushClassTable(declared.name)
                if let method = find(declared.methods, at: index, on: stack) { return method }
            }
        }
        return nil
    }

    /// The one of `functions`, fields of the table on top, that is the value at `index`.
    private static func find(
        _ functions: [LuaFunctionDeclaration], at index: Int32, on stack: LuaStack
    ) -> LuaFunctionDeclaration? {
        functions.first { function in
            stack.getField(function.field, at: -1)
            defer { stack.pop() }
            return stack.rawEqual(-1, index)
        }
    }

    private static func module(at index: Int32, on stack: LuaStack) -> LuaModuleDeclaration? {
        ScriptDeclarations.modules.first { module in
            push(module, onto: stack)
            defer { stack.pop() }
            return stack.rawEqual(-1, index)
        }
    }

    private static func push(_ module: LuaModuleDeclaration, onto stack: LuaStack) {
        stack.pushLoadedModule(module.name)
    }

    /// A handle or a task: its metatable holds the methods of its class.
    private static func object(at index: Int32, on stack: LuaStack) -> String? {
        for declared in ScriptDeclarations.modules.flatMap(\.classes) where !declared.methods.isEmpty {
            stack.pushClassTable(declared.name)
            defer { stack.pop() }
            if stack.type(at: -1) == .table, stack.isInstance(index, ofClassTable: -1) {
                return HelpText.text(declared)
            }
        }
        return nil
    }
}
