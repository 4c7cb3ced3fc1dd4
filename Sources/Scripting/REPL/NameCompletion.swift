package import EventLoop
package import LuaRuntime

/// The names that what stands before the cursor may be completed with. Looks only: no Lua code runs.
@LoopActor
package struct NameCompletion {
    /// The names that may stand for the last `length` characters.
    package struct Result: Equatable {
        /// Characters before the cursor that a name replaces.
        package let length: Int
        package let names: [String]
    }

    private let state: LuaState

    package init(_ state: LuaState) {
        self.state = state
    }

    /// - Parameter text: what stands before the cursor, from the beginning of the line.
    package func complete(_ text: String) -> Result {
        let base = state.stack.top
        defer { state.stack.setTop(base) }
        if let module = Self.openedModuleName(text) { return moduleNames(module) }
        let chain = NameChain(endOf: text)
        guard let chain else { return Result(length: 0, names: []) }
        let stack = state.stack
        stack.pushGlobals()
        for name in chain.path {
            guard pushField(name) else { return Result(length: 0, names: []) }
        }
        var names = fieldNames(functionsOnly: chain.isMethod)
        if chain.path.isEmpty { names.formUnion(LuaWords.keywords) }
        return Result(length: chain.start.unicodeScalars.count, names: Self.sorted(names, chain.start))
    }

    /// Names with a leading underscore only when that is asked for, or when there are no others.
    private static func sorted(_ names: Set<String>, _ start: String) -> [String] {
        let fitting = names.filter { $0.hasPrefix(start) }.sorted()
        let plain = fitting.filter { !$0.hasPrefix("_") }
        return start.isEmpty && !plain.isEmpty ? plain : fitting
    }

    // MARK: Fields

    /// How many tables an `__index` chain is followed through.
    private static let chainLimit = 20

    /// Pushes the field of the value on top, raw, through `__index` tables.
    private func pushField(_ name: String) -> Bool {
        var isFound = false
        forEachTable { stack in
            if stack.getField(name, at: -1) != .nil {
                isFound = true
                return false
            }
            stack.pop()
            return true
        }
        return isFound
    }

    private func fieldNames(functionsOnly: Bool) -> Set<String> {
        var names: Set<String> = []
        forEachTable { stack in
            try? stack.forEachEntry(at: -1) { stack in
                guard stack.type(at: -2) == .string, let name = stack.string(at: -2), LuaWords.isName(name) else {
                    return
                }
                if !functionsOnly || stack.type(at: -1) == .function { names.insert(name) }
            }
            return true
        }
        return names
    }

    /// Calls `body` with the value on top (when it is a table), then with the `__index` table of its metatable, and so on,
    /// each on top of the stack, until it gives false.
    private func forEachTable(_ body: (LuaStack) -> Bool) {
        let stack = state.stack
        for _ in 0..<Self.chainLimit {
            if stack.type(at: -1) == .table, !body(stack) { return }
            guard stack.pushMetatable(of: -1), stack.getField("__index", at: -1) == .table else { return }
        }
    }

    // MARK: Modules

    /// The beginning of a module's name when the text ends in an open string after `require`.
    private static func openedModuleName(_ text: String) -> String? {
        guard let quote = text.lastIndex(where: { $0 == "\"" || $0 == "'" }) else { return nil }
        var before = text[..<quote]
        while before.last == " " || before.last == "(" { before = before.dropLast() }
        guard before.hasSuffix("require") else { return nil }
        let rest = before.dropLast("require".count)
        if let last = rest.unicodeScalars.last, LuaWords.isNameCharacter(last) || last == "." { return nil }
        return String(text[text.index(after: quote)...])
    }

    private func moduleNames(_ start: String) -> Result {
        let stack = state.stack
        var names: Set<String> = []
        for push in [stack.pushLoadedModules, stack.pushPreloadedModules] {
            push()
            try? stack.forEachEntry(at: -1) { stack in
                if stack.type(at: -2) == .string, let name = stack.string(at: -2) { names.insert(name) }
            }
        }
        names.remove("_G")
        names.formUnion(filesOnPath())
        return Result(
            length: start.unicodeScalars.count, names: names.filter { $0.hasPrefix(start) }.sorted())
    }

    /// Modules in the folders of `package.path` themselves, not below them.
    private func filesOnPath() -> [String] {
        state.packagePath.split(separator: ";").filter { $0.hasSuffix("/?.lua") }.flatMap { template -> [String] in
            let files = (try? SourceFile.luaFiles(in: String(template.dropLast("/?.lua".count)))) ?? []
            return files.map { String($0.dropLast(".lua".count)) }
        }
    }
}

/// `a.b.c` or `a.b:c` at the end of a text: the names that lead to what is completed, and the beginning of that.
struct NameChain: Equatable {
    let path: [String]
    let start: String
    /// The last separator is a colon.
    let isMethod: Bool

    /// Nil where no name can be completed, such as after a number or a call.
    init?(endOf text: String) {
        var rest = text.unicodeScalars[...]
        var words = [Self.takeWord(&rest)]
        var separator: Unicode.Scalar?
        while let last = rest.last, last == "." || last == ":" {
            rest = rest.dropLast()
            if separator == nil { separator = last } else if last == ":" { return nil }
            let word = Self.takeWord(&rest)
            // `..`, `f().x`, `t[1].x`: what stands before cannot be found without running it.
            guard LuaWords.isName(word) else { return nil }
            words.append(word)
        }
        let first = words[words.count - 1]
        if let digit = first.unicodeScalars.first, ("0"..."9").contains(digit) { return nil }
        start = words[0]
        path = words.dropFirst().reversed()
        isMethod = separator == ":"
    }

    private static func takeWord(_ text: inout Substring.UnicodeScalarView) -> String {
        var start = text.endIndex
        while start > text.startIndex {
            let before = text.index(before: start)
            guard LuaWords.isNameCharacter(text[before]) else { break }
            start = before
        }
        defer { text = text[..<start] }
        return String(String.UnicodeScalarView(text[start...]))
    }
}
