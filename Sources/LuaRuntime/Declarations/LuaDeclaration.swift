/// A parameter, an option, a result or a field: its name, its type, and what it means.
package struct LuaValueDeclaration: Sendable {
    /// `...` for all further arguments or results.
    package let name: String
    /// What it may be.
    package let type: LuaType
    /// One line; begins in lower case, without a full stop.
    package let summary: String
    /// Whether it may be left out, or be nil.
    package let isOptional: Bool
    /// What holds when it is left out, as one writes it in Lua.
    package let defaultValue: String?
    /// "seconds", "pixels".
    package let unit: String?

    package init(
        _ name: String, _ type: LuaType, _ summary: String, optional: Bool = false, default defaultValue: String? = nil,
        unit: String? = nil
    ) {
        self.name = name
        self.type = type
        self.summary = summary
        self.isOptional = optional || defaultValue != nil
        self.defaultValue = defaultValue
        self.unit = unit
    }

    /// The types that an argument may have.
    var accepted: LuaTypeSet { isOptional ? type.accepted.union([.none, .nil]) : type.accepted }
}

/// A function that a script sees, declared once: argument checks, help, stubs and the reference are made of it.
package struct LuaFunctionDeclaration: Sendable {
    /// As one calls it: "fal.run"; "handle:status" for a method.
    package let name: String
    /// One sentence.
    package let summary: String
    /// Without the object of a method.
    package let parameters: [LuaValueDeclaration]
    private let makeResults: @Sendable () -> [LuaValueDeclaration]
    private let makeErrors: @Sendable () -> [String]
    /// Whether the calling task may be suspended.
    package let waits: Bool
    /// Other forms of the call, as the language server writes them: `fun(list: any[], fn: function): any[]`.
    package let overloads: [String]
    /// Lua that runs as it stands, where the modules are required under their names and `anna` is an avatar.
    package let example: String

    /// What only documentation needs is not made before that is asked for.
    package init(
        _ name: String, _ summary: String, _ parameters: [LuaValueDeclaration] = [],
        returns results: @autoclosure @escaping @Sendable () -> [LuaValueDeclaration] = [],
        errors: @autoclosure @escaping @Sendable () -> [String] = [], waits: Bool = false, overloads: [String] = [],
        example: String
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        makeResults = results
        makeErrors = errors
        self.waits = waits
        self.overloads = overloads
        self.example = example
    }

    /// What it returns, in order.
    package var results: [LuaValueDeclaration] { makeResults() }

    /// The codes of the error values that it raises, besides `validation` for wrong arguments.
    package var errors: [String] { makeErrors() }

    /// Whether it is called on an object, with a colon.
    package var isMethod: Bool { name.utf8.contains(UInt8(ascii: ":")) }

    /// The last part of the name: `run`, `status`.
    package var field: String { Self.field(of: name) }

    static func field(of name: String) -> String {
        String(name.split(whereSeparator: { $0 == "." || $0 == ":" }).last ?? "")
    }

    /// "fal.run(endpoint, arguments [, options])"
    package var signature: String {
        var text = name + "("
        var brackets = 0
        for (index, parameter) in parameters.enumerated() {
            let comma = index == 0 ? "" : ", "
            let isLast = parameters[index...].allSatisfy { $0.isOptional }
            if isLast {
                text += index == 0 ? "[" : " [" + comma
                brackets += 1
            } else {
                text += comma
            }
            text += parameter.name
        }
        return text + String(repeating: "]", count: brackets) + ")"
    }
}

/// A kind of table or object that scripts get or give.
package struct LuaClassDeclaration: Sendable {
    /// "fal.Handle"
    package let name: String
    /// One sentence.
    package let summary: String
    /// The class whose fields it has too.
    package let parent: String?
    private let makeFields: @Sendable () -> [LuaValueDeclaration]
    /// Named as they are called: "handle:status".
    package let methods: [LuaFunctionDeclaration]

    package init(
        _ name: String, _ summary: String, parent: String? = nil,
        fields: @autoclosure @escaping @Sendable () -> [LuaValueDeclaration] = [],
        methods: [LuaFunctionDeclaration] = []
    ) {
        self.name = name
        self.summary = summary
        self.parent = parent
        makeFields = fields
        self.methods = methods
    }

    /// The fields that scripts may read, without its parent's.
    package var fields: [LuaValueDeclaration] { makeFields() }

    /// The method under the name that scripts use after the colon.
    @inline(never)
    func method(_ field: String) -> LuaFunctionDeclaration? { methods.first { $0.field == field } }
}

/// A module with all that can be reached through it.
package struct LuaModuleDeclaration: Sendable {
    /// What `require` is given: "fal", "task".
    package let name: String
    /// One sentence.
    package let summary: String
    /// Without the methods of its classes.
    package let functions: [LuaFunctionDeclaration]
    /// The fields that are no functions.
    package let values: [LuaValueDeclaration]
    /// The classes of the objects and tables that it gives or takes.
    package let classes: [LuaClassDeclaration]
    /// A global of presets and rules instead of something to `require`.
    package let isGlobal: Bool

    package init(
        _ name: String, _ summary: String, functions: [LuaFunctionDeclaration], values: [LuaValueDeclaration] = [],
        classes: [LuaClassDeclaration] = [], isGlobal: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.functions = functions
        self.values = values
        self.classes = classes
        self.isGlobal = isGlobal
    }

    /// The tables in the module that have functions of their own: "fal.jobs".
    package var innerTables: [String] {
        var tables: [String] = []
        for function in functions {
            let table = String(function.name.dropLast(function.field.count + 1))
            if table != name, !tables.contains(table) { tables.append(table) }
        }
        return tables
    }

    /// The declaration of a function or a method, by the name that one calls it with.
    package func function(named name: String) -> LuaFunctionDeclaration? {
        if let function = functions.first(where: { $0.name == name }) { return function }
        for declared in classes {
            if let method = declared.methods.first(where: { $0.name == name }) { return method }
        }
        return nil
    }
}
