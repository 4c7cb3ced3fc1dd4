import EventLoop

extension LuaCall {
    /// Looks at every argument; throws one error that names all that is wrong.
    func check(_ declaration: LuaFunctionDeclaration) throws {
        var problems: [LuaArgumentError.Problem] = []
        let offset: Int32 = declaration.isMethod ? 2 : 1
        for (number, parameter) in declaration.parameters.enumerated() where parameter.name != "..." {
            let index = Int32(number) + offset
            if !parameter.accepted.contains(stack.typeSet(at: index)) {
                problems.append(problem(index, parameter.name, mismatch(parameter.type, at: index)))
            } else if !stack.isNilOrNone(at: index) {
                look(into: parameter, at: index, &problems)
            }
        }
        if !problems.isEmpty { throw LuaArgumentError(problems: problems, position: position) }
    }

    private func look(
        into parameter: LuaValueDeclaration, at index: Int32, _ problems: inout [LuaArgumentError.Problem]
    ) {
        if case .options(let fields) = parameter.type.check, stack.type(at: index) == .table {
            checkOptions(fields, at: index, &problems)
        } else if let reason = fault(parameter.type, at: index) {
            problems.append(problem(index, parameter.name, reason))
        }
    }

    /// Why a value of an accepted type is wrong all the same; nil when it is not.
    private func fault(_ type: LuaType, at index: Int32) -> String? {
        switch type.check {
        case .integer(let range) where stack.type(at: index) == .number:
            if let value = stack.integer(at: index), range.contains(value) { return nil }
        case .number(let range) where stack.type(at: index) == .number:
            if let value = stack.number(at: index), range.contains(value) { return nil }
        case .word(let words) where stack.type(at: index) == .string:
            guard let word = stack.string(at: index), !words.contains(word) else { return nil }
            let hint = LuaState.nearestName(to: word, among: words).map { "; did you mean '\($0)'?" } ?? ""
            return "\(type.expected) expected, got '\(word)'\(hint)"
        default: return nil
        }
        return "\(type.expected) expected, got \(stack.describe(at: index))"
    }

    private func checkOptions(
        _ fields: [LuaValueDeclaration], at index: Int32, _ problems: inout [LuaArgumentError.Problem]
    ) {
        if areInOrder(fields, at: index) { return }
        var unknown: [String] = []
        // Only a table that changes meanwhile is refused, and nothing changes this one.
        try? stack.forEachEntry(at: index) { stack in
            let isKnown = stack.type(at: -2) == .string && fields.contains { $0.name == stack.string(at: -2) }
            if !isKnown { unknown.append(stack.describe(at: -2)) }
        }
        for name in unknown.sorted() {
            let hint = LuaState.nearestName(to: name, among: fields.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
            problems.append(problem(index, name, "unknown option '\(name)'\(hint)"))
        }
        for field in fields {
            stack.getField(field.name, at: index)
            defer { stack.pop() }
            if !field.accepted.contains(stack.typeSet(at: -1)) {
                problems.append(problem(index, field.name, "\(field.name): \(mismatch(field.type, at: -1))"))
            } else if !stack.isNilOrNone(at: -1), let reason = fault(field.type, at: -1) {
                problems.append(problem(index, field.name, "\(field.name): \(reason)"))
            }
        }
    }

    /// Whether a table of options is right, without the words for what is wrong: one look at each of its entries.
    private func areInOrder(_ fields: [LuaValueDeclaration], at index: Int32) -> Bool {
        let base = stack.top
        defer { stack.setTop(base) }
        var required = fields.count { !$0.isOptional }
        stack.pushNil()
        while stack.next(in: index) {
            guard stack.type(at: -2) == .string, let name = stack.string(at: -2) else { return false }
            var position = 0
            while position < fields.count, fields[position].name != name { position += 1 }
            guard position < fields.count, fields[position].accepted.contains(stack.typeSet(at: -1)) else {
                return false
            }
            if fault(fields[position].type, at: -1) != nil { return false }
            if !fields[position].isOptional { required -= 1 }
            stack.pop()
        }
        return required == 0
    }

    private func mismatch(_ type: LuaType, at index: Int32) -> String {
        "\(type.expected) expected, got \(stack.typeName(at: index))"
    }

    private func problem(_ index: Int32, _ field: String, _ reason: String) -> LuaArgumentError.Problem {
        LuaArgumentError.Problem(field: field, message: "\(functionName): \(label(of: index)): \(reason)")
    }

    /// "argument 1 (endpoint)"; the object of a method is not counted.
    func label(of index: Int32) -> String {
        let declaration = declaration
        let number = declaration?.isMethod == true ? index - 1 : index
        let parameters = declaration?.parameters ?? []
        guard parameters.indices.contains(Int(number) - 1) else { return "argument \(number)" }
        return "argument \(number) (\(parameters[Int(number) - 1].name))"
    }
}
