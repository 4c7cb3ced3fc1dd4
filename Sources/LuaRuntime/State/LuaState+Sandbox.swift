import CLua
import EventLoop

extension LuaState {
    /// Makes reading an undefined global an error that names the nearest defined one.
    func refuseUnknownGlobals() {
        let base = stack.top
        defer { lua_settop(pointer, base) }
        lua_rawgeti(pointer, luaRegistryIndex, lua_Integer(LUA_RIDX_GLOBALS))
        stack.pushTable(fieldCount: 2)
        stack.push(LuaFunction("_G.__index") { call in try Self.refuseGlobal(call) })
        stack.setField("__index")
        stack.push(false)
        stack.setField("__metatable")
        let metatable = stack.reference(at: -1)
        stack.pop()
        stack.setMetatable(of: metatable)
    }

    private static func refuseGlobal(_ call: LuaCall) throws -> Int32 {
        let name = call.stack.describe(at: 2)
        var names: [String] = []
        try call.stack.forEachEntry(at: 1) { stack in
            if let name = stack.string(at: -2) { names.append(name) }
        }
        let hint = nearestName(to: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
        throw LuaError(.runtime, "unknown global '\(name)'\(hint)")
    }

    /// The name that takes the fewest single-character edits, when they are few for its length.
    package nonisolated static func nearestName(to name: String, among names: [String]) -> String? {
        let limit = max(1, name.count / 3)
        return names.sorted()
            .map { (name: $0, distance: editDistance(name, $0)) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?.name
    }

    /// Levenshtein distance, in characters.
    private nonisolated static func editDistance(_ first: String, _ second: String) -> Int {
        let other = Array(second)
        var row = Array(0...other.count)
        for (i, character) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, candidate) in other.enumerated() {
                let substituted = diagonal + (character == candidate ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
