import LuaRuntime

/// Declarations as plain text for a terminal of 80 columns or more.
enum HelpText {
    static func overview(_ modules: [LuaModuleDeclaration]) -> String {
        let lines = modules.map { module in
            "  \(padded(module.name, 9))\(module.summary)"
        }
        return lines.joined(separator: "\n")
            + "\n\nhelp \"fal\" lists a module, help \"fal.run\" or help(fal.run) tells about a function."
    }

    static func text(_ module: LuaModuleDeclaration) -> String {
        var text = module.isGlobal ? "\(module.name)\n" : "local \(module.name) = require \"\(module.name)\"\n"
        text += "\n\(module.summary)\n"
        for function in module.functions { text += "\n  \(function.signature)\n      \(function.summary)" }
        for value in module.values { text += "\n  \(module.name).\(value.name)\n      \(value.summary)" }
        let classes = module.classes.map(\.name)
        return classes.isEmpty ? text : text + "\n\nClasses: \(classes.joined(separator: ", "))"
    }

    static func text(_ function: LuaFunctionDeclaration) -> String {
        var text = function.signature + "\n"
        for line in function.example.split(separator: "\n") { text += "\n    \(line)" }
        text += "\n\n\(function.summary)\(function.waits ? " Waits; other tasks go on." : "")\n"
        text += section("Arguments", function.parameters)
        for parameter in function.parameters where !parameter.type.fields.isEmpty {
            text += section("Fields of \(parameter.name)", parameter.type.fields)
        }
        text += section("Results", function.results)
        let errors = function.allErrors
        return errors.isEmpty ? String(text.dropLast()) : text + "\nRaises " + wrapped(errors.joined(separator: ", "))
    }

    static func text(_ declared: LuaClassDeclaration) -> String {
        var text = "\(declared.name)\(declared.parent.map { ": \($0)" } ?? "")\n"
        if !declared.summary.isEmpty { text += "\n\(declared.summary)\n" }
        text += section("Fields", declared.fields)
        for method in declared.methods { text += "\n  \(method.signature)\n      \(method.summary)" }
        return declared.methods.isEmpty ? String(text.dropLast()) : text
    }

    private static func section(_ title: String, _ values: [LuaValueDeclaration]) -> String {
        if values.isEmpty { return "" }
        let width = min(24, values.map { label($0).count }.max() ?? 0) + 2
        return "\n\(title)\n" + values.map { "  \(padded(label($0), width))\($0.remark)\n" }.joined()
    }

    private static func label(_ value: LuaValueDeclaration) -> String {
        // An error's codes and the like would push everything else off the line.
        let type = value.type.name.count > 40 ? "string" : value.type.name
        return "\(value.name)\(value.isOptional ? "?" : "") \(type)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    /// Breaks a list of words at 76 columns.
    private static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count > 70 { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines.joined(separator: "\n       ")
    }
}
