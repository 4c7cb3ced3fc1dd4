package import LuaRuntime

/// Everything that scripts, presets and rules can reach beyond Lua's own libraries, in the order of the reference.
package enum ScriptDeclarations {
    package static let modules: [LuaModuleDeclaration] = [.fal, .avatars, .task, .http, .fs, .json, .log, .text]
}

extension LuaModuleDeclaration {
    /// The tables of options that its functions take, each once.
    var optionClasses: [LuaClassDeclaration] {
        let parameters = (functions + classes.flatMap(\.methods)).flatMap(\.parameters)
        var found: [LuaClassDeclaration] = []
        for parameter in parameters where !parameter.type.fields.isEmpty {
            let name = parameter.type.optionsName
            if found.contains(where: { $0.name == name }) { continue }
            found.append(LuaClassDeclaration(name, "", fields: parameter.type.fields))
        }
        return found
    }
}

extension LuaType {
    /// The class of a table of options: `fal.UploadData` of `string|fal.UploadData`.
    var optionsName: String {
        name.split(separator: "|").first { $0.contains(".") }.map(String.init) ?? name
    }
}

extension LuaValueDeclaration {
    /// The summary with unit, range and default: "the longest time to wait (seconds, from 0 to 31536000)".
    var remark: String {
        let details = [unit, type.range, defaultValue.map { "default \($0)" }].compactMap { $0 }
        return details.isEmpty ? summary : "\(summary) (\(details.joined(separator: ", ")))"
    }
}

extension LuaFunctionDeclaration {
    /// The codes that it raises, with the one for wrong arguments.
    var allErrors: [String] {
        parameters.isEmpty || errors.contains("validation") ? errors : ["validation"] + errors
    }
}
