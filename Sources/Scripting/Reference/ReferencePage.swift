import Generation
package import LuaRuntime

/// Writes the Lua reference, scripts/README.md, from the declarations.
package enum ReferencePage {
    package static func text(for modules: [LuaModuleDeclaration]) -> String {
        var page = ReferenceTour.text + "\n"
        page += "\n## Modules\n\n| module | what it has |\n| --- | --- |\n"
        for module in modules {
            let names = module.functions.map { link($0.name, as: $0.field) }
            page +=
                "| [`\(module.name)`](#\(anchor(module.name))) | \(module.summary) \(names.joined(separator: ", ")) |\n"
        }
        for module in modules { page += section(module) }
        return page + errors + index(modules)
    }

    private static func section(_ module: LuaModuleDeclaration) -> String {
        var text = "\n## \(module.name)\n\n\(module.summary)\n"
        if !module.isGlobal { text += "`local \(module.name) = require \"\(module.name)\"`\n" }
        for function in module.functions { text += section(function) }
        for value in module.values {
            text += "\n### \(module.name).\(value.name)\n\n\(capitalized(value.summary)).\n"
        }
        for declared in module.classes { text += section(declared) }
        return text
    }

    private static func section(_ function: LuaFunctionDeclaration) -> String {
        var text = "\n### \(function.name)\n\n`\(function.signature)`\n\n\(function.summary)"
        text += function.waits ? " Waits; other tasks go on.\n" : "\n"
        text += table("parameter", function.parameters)
        for parameter in function.parameters where !parameter.type.fields.isEmpty {
            text += table("in `\(parameter.name)`", parameter.type.fields)
        }
        text += table("result", function.results)
        if !function.allErrors.isEmpty {
            text += "\nRaises " + function.allErrors.map { "`\($0)`" }.joined(separator: ", ") + ".\n"
        }
        return text + "\n```lua\n\(function.example)\n```\n"
    }

    private static func section(_ declared: LuaClassDeclaration) -> String {
        var text = "\n### \(declared.name)\n\n\(declared.summary)"
        text += declared.parent.map { " Has the fields of [`\($0)`](#\(anchor($0))) too.\n" } ?? "\n"
        text += table("field", declared.fields)
        for method in declared.methods { text += section(method) }
        return text
    }

    private static func table(_ title: String, _ values: [LuaValueDeclaration]) -> String {
        if values.isEmpty { return "" }
        var text = "\n| \(title) | type | |\n| --- | --- | --- |\n"
        for value in values {
            let mark = value.isOptional && value.name != "..." ? "?" : ""
            text += "| `\(value.name)\(mark)` | \(type(value.type)) | \(escaped(value.remark)) |\n"
        }
        return text
    }

    /// Classes of tables are links; a type that would be wider than the page is not written out.
    private static func type(_ type: LuaType) -> String {
        if type.name.count > 80 { return "`string`" }
        let isClass = type.name.hasPrefix("fal.") && !type.name.contains("|") && type.fields.isEmpty
        return isClass ? "[`\(type.name)`](#\(anchor(type.name)))" : "`\(escaped(type.name))`"
    }

    private static var errors: String {
        var text = "\n## Errors\n\n"
        text +=
            "Every failure is an error value, [`fal.Error`](#\(anchor("fal.Error"))). `kind` is `value` for what the"
        text += " caller can mend and `runtime` for what fal, the network or the machine did.\n"
        text += "\n| code | kind | when |\n| --- | --- | --- |\n"
        for code in GenerationError.Code.allCases {
            text += "| `\(code.rawValue)` | `\(code.kind.rawValue)` | \(code.summary) |\n"
        }
        return text
    }

    private static func index(_ modules: [LuaModuleDeclaration]) -> String {
        var names: [String] = []
        for module in modules {
            names += module.functions.map(\.name) + module.values.map { "\(module.name).\($0.name)" }
            names += module.classes.map(\.name) + module.classes.flatMap(\.methods).map(\.name)
        }
        let links = names.sorted { $0.lowercased() < $1.lowercased() }.map { link($0, as: $0) }
        return "\n## Index\n\n" + links.joined(separator: " · ") + "\n"
    }

    private static func link(_ name: String, as shown: String) -> String { "[`\(shown)`](#\(anchor(name)))" }

    /// The anchor that GitHub gives to a heading: lower case, letters, digits, `_` and `-` only.
    private static func anchor(_ heading: String) -> String {
        heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
