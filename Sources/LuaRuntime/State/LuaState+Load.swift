import CLua
import CLuaShims
import EventLoop

extension LuaState {
    package enum ChunkMode: Sendable {
        /// Source code only: a crafted binary chunk can crash Lua.
        case text
        case any
    }

    /// Compiles a chunk without running it.
    ///
    /// - Parameters:
    ///   - name: as Lua has it: "@scripts/x.lua" for a file, "=stdin" for anything else.
    ///   - mode: a sandbox takes text whatever is asked.
    /// A byte order mark and a first line that begins with `#` are skipped, line numbers kept.
    package func load(
        _ chunk: [UInt8], name: String, mode: ChunkMode = .text
    ) throws(LuaError) -> LuaReference {
        try throwIfClosed()
        let skipped = Self.prefixLength(of: chunk)
        let modeText =
            switch profile {
            case .trusted, .interpreter: mode == .any ? "bt" : "t"
            case .sandbox: "t"
            }
        let stack = activeStack
        guard stack.reserve(2) else { throw LuaError(.memory, "stack overflow") }
        let status = chunk.withUnsafeBytes { bytes in
            let source = bytes[skipped...]
            return UnsafeRawBufferPointer(rebasing: source).withMemoryRebound(to: CChar.self) {
                luashim_load(stack.pointer, $0.baseAddress, $0.count, name, modeText)
            }
        }
        defer { stack.pop() }
        if status == LUA_OK { return stack.reference(at: -1) }
        let message = stack.describe(at: -1)
        let kind: LuaError.Kind = status == LUA_ERRMEM ? .memory : .syntax
        throw LuaError(kind, message, position: Self.leadingPosition(of: message))
    }

    /// Bytes before the source proper: a byte order mark and the text of a `#` line, without its newline.
    private static func prefixLength(of chunk: [UInt8]) -> Int {
        let start = chunk.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard start < chunk.count, chunk[start] == UInt8(ascii: "#") else { return start }
        return chunk[start...].firstIndex(of: UInt8(ascii: "\n")) ?? chunk.count
    }

    /// The `file:line` with which Lua begins a message.
    static func leadingPosition(of message: String) -> String? {
        guard let match = message.firstMatchOfPosition else { return nil }
        return String(match)
    }

    func throwIfClosed() throws(LuaError) {
        if isClosed { throw LuaError(.closed, "the Lua state is closed") }
    }

    /// The stack of the coroutine that runs now, else the main one.
    var activeStack: LuaStack {
        if let active = host.pointee.active { return LuaStack(active) }
        return stack
    }
}

extension String {
    /// "file:line" when the text begins with "file:line: ".
    fileprivate var firstMatchOfPosition: Substring? {
        var search = startIndex
        while let colon = self[search...].firstIndex(of: ":") {
            let digits = self[index(after: colon)...].prefix { $0.isASCII && $0.isNumber }
            if !digits.isEmpty, self[digits.endIndex...].hasPrefix(": ") { return self[..<digits.endIndex] }
            search = index(after: colon)
        }
        return nil
    }
}
