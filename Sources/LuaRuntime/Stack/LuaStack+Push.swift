import CLua
import CLuaShims
import EventLoop

extension LuaStack {
    package func pushNil() {
        guard reserve(1) else { return }
        lua_pushnil(pointer)
    }

    package func push(_ value: Bool) {
        guard reserve(1) else { return }
        lua_pushboolean(pointer, value ? 1 : 0)
    }

    package func push(_ value: Int64) {
        guard reserve(1) else { return }
        lua_pushinteger(pointer, value)
    }

    package func push(_ value: Int) { push(Int64(value)) }

    package func push(_ value: Double) {
        guard reserve(1) else { return }
        lua_pushnumber(pointer, value)
    }

    /// Pushes the UTF-8 bytes of `value`; zero bytes are kept.
    package func push(_ value: String) {
        guard reserve(1) else { return }
        Self.push(value, on: pointer)
    }

    package func push(_ bytes: [UInt8]) {
        guard reserve(1) else { return }
        Self.push(bytes, on: pointer)
    }

    // Without isolation, so that the closures have none either: an isolated closure that the standard library calls is
    // checked at run time.
    private nonisolated static func push(_ value: consuming String, on pointer: OpaquePointer) {
        value.withUTF8 { push(UnsafeRawBufferPointer($0), on: pointer) }
    }

    private nonisolated static func push(_ bytes: [UInt8], on pointer: OpaquePointer) {
        bytes.withUnsafeBytes { push($0, on: pointer) }
    }

    private nonisolated static func push(_ bytes: UnsafeRawBufferPointer, on pointer: OpaquePointer) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            lua_pushlstring(pointer, "", 0)
            return
        }
        lua_pushlstring(pointer, start.assumingMemoryBound(to: CChar.self), bytes.count)
    }

    /// Pushes a Lua string of any bytes; they are copied.
    package func push(bytes: UnsafeRawBufferPointer) {
        guard reserve(1) else { return }
        Self.push(bytes, on: pointer)
    }

    /// Pushes the value that `reference` holds; nil when it belongs to another state.
    package func push(_ reference: LuaReference) {
        guard reserve(1) else { return }
        guard reference.slots === state.releasedSlots else { return lua_pushnil(pointer) }
        lua_rawgeti(pointer, luaRegistryIndex, lua_Integer(reference.slot))
    }

    /// Pushes a function whose arguments are checked before each call when it is declared.
    package func push(_ function: LuaFunction, declaredAs declaration: LuaFunctionDeclaration? = nil) {
        guard reserve(5) else { return }
        let object = FunctionBox(function, declaration)
        var name = object.name
        let box = Unmanaged.passRetained(object)
        let pushed = name.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                luashim_push_function(pointer, box.toOpaque(), $0.baseAddress, $0.count)
            }
        }
        if !pushed {
            box.release()
            lua_pushnil(pointer)
        }
    }

    /// Pushes a copy of the value at `index`.
    package func pushCopy(of index: Int32) {
        guard reserve(1) else { return }
        lua_pushvalue(pointer, index)
    }

    /// Pushes an empty table with room for so many list items and fields.
    package func pushTable(arrayCount: Int = 0, fieldCount: Int = 0) {
        guard reserve(1) else { return }
        let most = 1 << 20  // more is not refused, only not reserved: the hint overflows in Lua above 67 million
        lua_createtable(pointer, Int32(min(max(arrayCount, 0), most)), Int32(min(max(fieldCount, 0), most)))
    }

    /// Pops a value and stores it under `name` in the table below it, without metamethods.
    package func setField(_ name: String) {
        guard isTable(below: 1), reserve(1) else { return }
        push(name)
        lua_rotate(pointer, -2, 1)
        lua_rawset(pointer, -3)
    }

    /// Pops a value and stores it at `position` (from 1) in the table below it, without metamethods.
    package func setIndex(_ position: Int) {
        guard isTable(below: 1) else { return }
        lua_rawseti(pointer, -2, lua_Integer(position))
    }

    /// Pops a value and a key and stores the pair in the table below them. False (both popped, nothing stored) when
    /// the key is nil or NaN.
    @discardableResult
    package func setEntry() -> Bool {
        guard isTable(below: 2) else { return false }
        let isNaN = lua_type(pointer, -2) == LUA_TNUMBER && number(at: -2).map(\.isNaN) ?? false
        if lua_type(pointer, -2) == LUA_TNIL || isNaN {
            lua_settop(pointer, -3)
            return false
        }
        lua_rawset(pointer, -3)
        return true
    }

    /// Gives the table (or userdata) on top the metatable that `reference` holds.
    package func setMetatable(of reference: LuaReference) {
        let type = lua_type(pointer, -1)
        guard type == LUA_TTABLE || type == LUA_TUSERDATA, reserve(1) else { return }
        push(reference)
        if lua_type(pointer, -1) == LUA_TTABLE { lua_setmetatable(pointer, -2) } else { pop(1) }
    }

    /// Pushes an error value of the runtime's own kind; see `LuaCodedError`.
    func pushError(code: String, message: String, isCancellation: Bool) {
        guard reserve(6) else { return }
        var message = message
        message.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                luashim_push_error(pointer, code, $0.baseAddress, $0.count, isCancellation)
            }
        }
    }

    private func isTable(below count: Int32) -> Bool {
        lua_gettop(pointer) > count && lua_type(pointer, -1 - count) == LUA_TTABLE
    }
}

/// LUA_REGISTRYINDEX, whose macro Swift does not import: -LUAI_MAXSTACK - 1000.
let luaRegistryIndex: Int32 = -LUAI_MAXSTACK - 1000
