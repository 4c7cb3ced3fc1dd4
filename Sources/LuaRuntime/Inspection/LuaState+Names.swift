import CLua
import EventLoop

extension LuaState {
    /// The names that a chunk uses, as Lua's own compiler resolves them; nothing of the chunk runs.
    ///
    /// Throws its syntax error. In a function of more than 255 constants names may be left out.
    package func names(in chunk: [UInt8], name: String) throws -> [LuaNameUse] {
        let function = try load(chunk, name: name)
        let stack = activeStack
        guard stack.reserve(1) else { throw LuaError(.memory, "stack overflow") }
        stack.push(function)
        defer { stack.pop() }
        var code: [UInt8] = []
        let status = withUnsafeMutablePointer(to: &code) { sink in
            lua_dump(
                stack.pointer,
                { _, bytes, count, sink in
                    // lua_dump hands the pointer below through; it outlives the call.
                    let code = sink?.assumingMemoryBound(to: [UInt8].self)
                    code?.pointee.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
                    return 0
                }, sink, 0)
        }
        guard status == 0 else { throw LuaError(.runtime, "the chunk cannot be dumped") }
        do throws(LuaCodeReader.FormatError) {
            var reader = try LuaCodeReader(code)
            return try reader.names()
        } catch {
            throw LuaError(.runtime, "this Lua writes compiled chunks in a form that is not known here")
        }
    }
}
