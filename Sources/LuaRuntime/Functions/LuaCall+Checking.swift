import EventLoop

extension LuaCall {
    /// Looks at every argument; throws one error that names all that is wrong.
    func check(_ parameters: [LuaValueDeclaration], isMethod: Bool) throws {
        let first: Int32 = isMethod ? 2 : 1
        if areInOrder(parameters, from: first) { return }
        var problems: [LuaArgumentError.Problem] = []
        for (number, parameter) in parameters.enumerated() where parameter.name != "..." {
            let index = Int32(number) + first
            if !parameter.accepted.contains(stack.typeSet(at: index)) {
                problems.append(problem(index, parameter.name, mismatch(parameter.type, at: index)))
            } else if !stack.isNilOrNone(at: index) {
                look(into: parameter, at: index, &problems)
            }
        }
        if !problems.isEmpty { throw LuaArgumentError(problems: problems, position: position) }
    }

    // The same without words for what is wrong. By position: a copy of a declaration costs more than its check.

    private func areInOrder(_ parameters: [LuaValueDeclaration], from first: Int32) -> Bool {
        for number in parameters.indices {
            let index = Int32(number) + first
            if !isInOrder(parameters[number], at: index) { return false }
        }
        return true
    }

    private func isInOrder(_ parameter: borrowing LuaValueDeclaration, at index: Int32) -> Bool {
        let set = stack.typeSet(at: index)
        guard parameter.accepted.contains(set) else { return false }
        switch parameter.type.check {
        case .nothing: return true
        case .options(let fields): return set != .table || areOptionsInOrder(fields, at: index)
        case .integer(let range): return set != .number || stack.integer(at: index).map(range.contains) ?? false
        case .number(let range): return set != .number || stack.number(at: index).map(range.contains) ?? false
        case .word(let words): return set != .string || stack.string(at: index).map(words.contains) ?? false
        }
    }

    /// One look at each entry of a table of options.
    private func areOptionsInOrder(_ fields: [LuaValueDeclaration], at index: Int32) -> Bool {
        let base = stack.top
        defer { stack.setTop(base) }
        var found = 0
        stack.pushNil()
        while stack.next(in: index) {
            guard stack.type(at: -2) == .string, let name = stack.string(at: -2) else { return false }
            var position = 0
            while position < fields.count, fields[position].name != name { position += 1 }
            guard position < fields.count, isInOrder(fields[position], at: -1) else { return false }
            if !fields[position].isOptional { found += 1 }
            stack.pop()
        }
        for position in fields.indices where !fields[position].isOptional { found -= 1 }
        return found == 0
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

    private func mismatch(_ type: LuaType, at index: Int32) -> String {
        "\(type.expected) expected, got \(stack.typeName(at: index))"
    }

    private func problem(_ index: Int32, _ field: String, _ reason: String) -> LuaArgumentError.Problem {
        LuaArgumentError.Problem(field: field, message: "\(functionName): \(label(of: index)): \(reason)")
    }

    /// "argument 1 (endpoint)"; the object of a method is not counted.
    func label(of index: Int32) -> String {
        let number = isMethod ? index - 1 : index
        guard parameters.indices.contains(Int(number) - 1) else { return "argument \(number)" }
        return "argument \(number) (\(parameters[Int(number) - 1].name))"
    }
}
