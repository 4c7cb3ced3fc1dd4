import CLua
import CLuaShims
import EventLoop

extension LuaState {
    /// Calls a Lua function now, without a task: it cannot wait. For presets, rules and callbacks.
    ///
    /// - Parameters:
    ///   - deadline: the call is stopped then, however often it catches the error; nil for none.
    ///   - arguments: pushes the arguments and returns how many.
    ///   - results: reads the results, which are on the stack from the index it is given, that many.
    /// Throws `LuaError`, or what `arguments` or `results` throws.
    package func call<Result>(
        _ function: LuaReference, deadline: Duration? = nil,
        push arguments: @LoopActor (LuaStack) throws -> Int32 = { _ in 0 },
        read results: @LoopActor (LuaStack, _ first: Int32, _ count: Int32) throws -> Result
    ) throws -> Result {
        try throwIfClosed()
        let stack = activeStack
        let base = stack.top
        defer {
            if !isClosed { lua_settop(stack.pointer, base) }
        }
        stack.push(function)
        let count = try arguments(stack)
        if stack.takeOverflow() { throw LuaError(.memory, "stack overflow") }
        host.pointee.limit_hit = false
        let status = luashim_call(stack.pointer, count, LUA_MULTRET, deadline?.nanoseconds ?? 0)
        guard status == LUA_OK else { throw failure(status, on: stack) }
        return try results(stack, base + 1, stack.top - base)
    }

    /// The number of parameters that a Lua function names: more arguments would not reach it. Nil for a function that
    /// takes any number, and for one of the host.
    package func parameterCount(of function: LuaReference) -> Int? {
        let stack = activeStack
        guard stack.reserve(1) else { return nil }
        stack.push(function)
        guard stack.type(at: -1) == .function else {
            stack.pop()
            return nil
        }
        var record = lua_Debug()
        lua_getinfo(stack.pointer, ">u", &record)
        return record.isvararg == 0 ? Int(record.nparams) : nil
    }

    /// The error of a failed call, whose value is on top of `stack`.
    private func failure(_ status: Int32, on stack: LuaStack) -> LuaError {
        luashim_last_traceback(stack.pointer)
        let traceback = stack.withBytes(at: -1) { String(decoding: $0, as: UTF8.self) }
        stack.pop()
        return makeError(status, valueAt: -1, on: stack, traceback: traceback)
    }

    /// Makes the error of a Lua status and an error value.
    func makeError(_ status: Int32, valueAt index: Int32, on stack: LuaStack, traceback: String?) -> LuaError {
        let message = Self.message(at: index, on: stack)
        let position = traceback.flatMap(Self.innermostPosition) ?? Self.leadingPosition(of: message)
        let kind: LuaError.Kind =
            switch status {
            case Int32(LUASHIM_DEADLINE): .deadline
            case LUA_ERRMEM: .memory
            default: luashim_is_cancellation(stack.pointer, index) ? .cancelled : .runtime
            }
        return LuaError(
            kind, message, traceback: traceback, value: stack.reference(at: index), position: position)
    }

    /// An error value as lua(1) shows it: tostring, but a table without `__tostring` would only give its address.
    private static func message(at index: Int32, on stack: LuaStack) -> String {
        guard stack.type(at: index) == .table, stack.reserve(1) else { return stack.describe(at: index) }
        guard lua_getmetatable(stack.pointer, index) != 0 else { return "(error object is a table value)" }
        stack.pop()
        return stack.describe(at: index)
    }

    /// `file:line` of the first Lua function in a traceback.
    private static func innermostPosition(of traceback: String) -> String? {
        for line in traceback.split(separator: "\n") where line.hasPrefix("\t") {
            let frame = line.dropFirst()
            // "[C]" and the Lua that the host itself brings ("[fal]") are no places that a script's author knows.
            let isHosts = frame.hasPrefix("[") && !frame.hasPrefix("[string ")
            guard let end = frame.firstRange(of: ": in ")?.lowerBound, !isHosts else { continue }
            return String(frame[..<end])
        }
        return nil
    }
}

extension Substring {
    /// Where `text` stands first, without Foundation.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}

extension Duration {
    /// Whole nanoseconds, at least 1; a year at most.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds < 31_536_000 else { return 31_536_000_000_000_000 }
        return UInt64(max(seconds * 1_000_000_000 + attoseconds / 1_000_000_000, 1))
    }
}
