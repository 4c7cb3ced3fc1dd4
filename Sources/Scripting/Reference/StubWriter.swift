package import LuaRuntime

/// Writes what the declarations say as `---@meta` files for lua-language-server (facts: luals.github.io, annotations).
package enum StubWriter {
    /// The files by name: one a module, and one for the globals of test files.
    package static func files(for modules: [LuaModuleDeclaration]) -> [(name: String, text: String)] {
        modules.map { ($0.name + ".lua", file($0)) } + [(TestStubs.fileName, String(describing: TestStubs.text))]
    }

    private static func file(_ module: LuaModuleDeclaration) -> String {
        var text =
            "---@meta \(module.isGlobal ? "_" : module.name)\n-- Written by `falhost types`: changes are lost.\n\n"
        for declared in module.classes + module.optionClasses { text += block(declared) + "\n" }
        text += "---\(module.summary)\n---@class \(module.name).Module\n"
        for value in module.values { text += field(value) }
        text += "\(module.isGlobal ? "" : "local ")\(module.name) = {}\n\n"
        for table in module.innerTables { text += "\(table) = {}\n\n" }
        for function in module.functions { text += block(function) + "\n" }
        return module.isGlobal ? String(text.dropLast()) : text + "return \(module.name)\n"
    }

    private static func block(_ declared: LuaClassDeclaration) -> String {
        var text = declared.summary.isEmpty ? "" : "---\(declared.summary)\n"
        text += "---@class \(declared.name)\(declared.parent.map { ": \($0)" } ?? "")\n"
        for value in declared.fields { text += field(value) }
        guard let method = declared.methods.first else { return text }
        text += "local \(method.name.prefix { $0 != ":" }) = {}\n"
        for method in declared.methods { text += "\n" + block(method) }
        return text
    }

    private static func field(_ value: LuaValueDeclaration) -> String {
        "---@field \(value.name)\(value.isOptional ? "?" : "") \(annotation(value.type)) \(value.remark)\n"
    }

    private static func block(_ function: LuaFunctionDeclaration) -> String {
        var text = "---\(function.summary)\n---\n---```lua\n"
        for line in function.example.split(separator: "\n") { text += "---\(line)\n" }
        text += "---```\n"
        if !function.allErrors.isEmpty {
            text += "---\n---Raises " + function.allErrors.map { "`\($0)`" }.joined(separator: ", ") + ".\n"
        }
        if function.waits { text += "---@async\n" }
        for parameter in function.parameters {
            let mark = parameter.isOptional && parameter.name != "..." ? "?" : ""
            text += "---@param \(parameter.name)\(mark) \(annotation(parameter.type)) \(parameter.remark)\n"
        }
        for result in function.results {
            let mark = result.isOptional ? "?" : ""
            text += "---@return \(annotation(result.type))\(mark) \(result.name) \(result.remark)\n"
        }
        for overload in function.overloads { text += "---@overload \(overload)\n" }
        return text + "function \(function.name)(\(function.parameters.map(\.name).joined(separator: ", "))) end\n"
    }

    /// A type, in parentheses where a space or a result would make it end too early.
    private static func annotation(_ type: LuaType) -> String {
        type.name.hasPrefix("fun(") ? "(\(type.name))" : type.name
    }
}
