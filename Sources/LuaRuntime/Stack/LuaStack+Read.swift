import CLua
import CLuaShims
import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension LuaStack {
    package func type(at index: Int32) -> ValueType {
        switch lua_type(pointer, index) {
        case LUA_TNIL: .nil
        case LUA_TBOOLEAN: .boolean
        case LUA_TLIGHTUSERDATA: .lightUserdata
        case LUA_TNUMBER: .number
        case LUA_TSTRING: .string
        case LUA_TTABLE: .table
        case LUA_TFUNCTION: .function
        case LUA_TUSERDATA: .userdata
        case LUA_TTHREAD: .thread
        default: .none
        }
    }

    /// The set of this one type.
    func typeSet(at index: Int32) -> LuaTypeSet {
        LuaTypeSet(rawValue: 1 << UInt16(lua_type(pointer, index) + 1))
    }

    /// Lua's name of the type: "nil", "no value", "number", …
    package func typeName(at index: Int32) -> String {
        String(cString: lua_typename(pointer, lua_type(pointer, index)))
    }

    package func isNilOrNone(at index: Int32) -> Bool { lua_type(pointer, index) <= LUA_TNIL }

    /// The boolean, or nil when the value is none (no truthiness).
    package func boolean(at index: Int32) -> Bool? {
        guard lua_type(pointer, index) == LUA_TBOOLEAN else { return nil }
        return lua_toboolean(pointer, index) != 0
    }

    /// Lua's truth: everything but nil and false.
    package func isTrue(at index: Int32) -> Bool { lua_toboolean(pointer, index) != 0 }

    /// The number as an integer: an integer, or a float without a fraction. No strings.
    package func integer(at index: Int32) -> Int64? {
        guard lua_type(pointer, index) == LUA_TNUMBER else { return nil }
        var isInteger: Int32 = 0
        let value = lua_tointegerx(pointer, index, &isInteger)
        return isInteger != 0 ? value : nil
    }

    /// Whether the number is of Lua's integer subtype.
    package func isInteger(at index: Int32) -> Bool { lua_isinteger(pointer, index) != 0 }

    package func number(at index: Int32) -> Double? {
        guard lua_type(pointer, index) == LUA_TNUMBER else { return nil }
        return lua_tonumberx(pointer, index, nil)
    }

    /// The string when it is valid UTF-8; numbers are not converted.
    package func string(at index: Int32) -> String? {
        guard let bytes = bytesInPlace(at: index) else { return nil }
        return Self.text(UnsafeRawBufferPointer(bytes))
    }

    /// The same as `String(validating:as:)`, which is not specialized and takes three times as long: bytes that had to
    /// be repaired differ from what came of them.
    private nonisolated static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return "" }
        var text = String(decoding: bytes, as: UTF8.self)
        let isSame = text.withUTF8 { text in
            text.baseAddress.map { text.count == bytes.count && memcmp($0, start, bytes.count) == 0 } ?? false
        }
        return isSame ? text : nil
    }

    package func bytes(at index: Int32) -> [UInt8]? {
        bytesInPlace(at: index).map { [UInt8]($0) }
    }

    /// A string's bytes, which live as long as it stays on the stack.
    private func bytesInPlace(at index: Int32) -> UnsafeBufferPointer<UInt8>? {
        guard lua_type(pointer, index) == LUA_TSTRING else { return nil }
        var count = 0
        guard let start = lua_tolstring(pointer, index, &count) else { return nil }
        return UnsafeBufferPointer(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// Calls `body` with a string's bytes in place; nil when the value is no string.
    package func withBytes<Result>(
        at index: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try bytesInPlace(at: index).map(body)
    }

    /// `#value` without metamethods: bytes of a string, border of a table.
    package func rawLength(at index: Int32) -> Int { Int(lua_rawlen(pointer, index)) }

    /// Pushes the field `name` of the table at `index` (nil when that is no table), without metamethods.
    @discardableResult
    package func getField(_ name: String, at index: Int32) -> ValueType {
        guard lua_type(pointer, index) == LUA_TTABLE, reserve(2) else {
            pushNil()
            return .nil
        }
        let table = absoluteIndex(index)
        push(name)
        lua_rawget(pointer, table)
        return type(at: -1)
    }

    /// Pushes item `position` (from 1) of the table at `index` (nil when that is no table), without metamethods.
    @discardableResult
    package func getIndex(_ position: Int, at index: Int32) -> ValueType {
        guard lua_type(pointer, index) == LUA_TTABLE, reserve(1) else {
            pushNil()
            return .nil
        }
        lua_rawgeti(pointer, index, lua_Integer(position))
        return type(at: -1)
    }

    /// Calls `body` for each entry, with the key at -2 and the value at -1; what `body` pushes is removed after it.
    ///
    /// Raw, in no order. The table must not get new keys meanwhile: then it throws.
    package func forEachEntry(at index: Int32, _ body: @LoopActor (LuaStack) throws -> Void) throws {
        guard lua_type(pointer, index) == LUA_TTABLE, reserve(4) else { return }
        let table = absoluteIndex(index)
        let base = top
        lua_pushnil(pointer)
        while true {
            let status = luashim_next(pointer, table)
            if status == 0 { return }
            guard status > 0 else { throw LuaError(.runtime, "the table changed while it was read") }
            do {
                try body(self)
            } catch {
                lua_settop(pointer, base)
                throw error
            }
            lua_settop(pointer, base + 1)
        }
    }

    /// Pops a key and pushes the entry of the table at `index` that follows it; false, with nothing pushed, at the end.
    ///
    /// The table must not change meanwhile. The first key is nil.
    func next(in index: Int32) -> Bool {
        guard reserve(2) else {
            pop()
            return false
        }
        return luashim_next(pointer, index) > 0
    }

    /// Keeps the value at `index` for Swift; it stays on the stack.
    package func reference(at index: Int32) -> LuaReference {
        let slots = state.releasedSlots
        guard reserve(2) else { return LuaReference(slot: LUA_REFNIL, slots: slots) }
        state.releaseSlots()
        lua_pushvalue(pointer, index)
        return LuaReference(slot: luaL_ref(pointer, luaRegistryIndex), slots: slots)
    }

    /// The value as a person would read it: tostring(value), with its `__tostring`; bad UTF-8 repaired.
    package func describe(at index: Int32) -> String {
        guard luashim_tostring(pointer, index, state.describeDeadline) else { return typeName(at: index) }
        defer { pop(1) }
        return withBytes(at: -1) { String(decoding: $0, as: UTF8.self) } ?? typeName(at: index)
    }

    package func rawEqual(_ first: Int32, _ second: Int32) -> Bool { lua_rawequal(pointer, first, second) != 0 }
}
