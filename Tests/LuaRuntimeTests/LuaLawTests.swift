import Foundation
import Testing

@Suite("The law of the two languages", .timeLimit(.minutes(5)))
struct LuaLawTests {
    /// Functions that raise on purpose or run Lua code: a longjmp out of them would pass over Swift frames.
    private static let forbidden = [
        "lua_error", "lua_next", "lua_pushfstring", "lua_pushvfstring", "lua_yield", "lua_yieldk", "lua_arith",
        "lua_call",
        "lua_callk", "lua_closeslot", "lua_compare", "lua_concat", "lua_getfield", "lua_getglobal", "lua_geti",
        "lua_gettable", "lua_len", "lua_register", "lua_setfield", "lua_setglobal", "lua_seti", "lua_settable",
        "lua_toclose", "lua_resume", "lua_pcallk", "luaL_error", "luaL_argerror", "luaL_typeerror", "luaL_callmeta",
        "luaL_getsubtable", "luaL_len", "luaL_openlibs", "luaL_requiref", "luaL_tolstring", "luaL_traceback",
    ]

    @Test func `no Swift source calls a Lua function that can raise`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/LuaRuntime").standardizedFileURL
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        #expect(files.count > 40)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for name in Self.forbidden + ["luaL_check", "luaL_opt"] {
                let call = name.hasSuffix("check") || name.hasSuffix("opt") ? name : name + "("
                #expect(!text.contains(call), "\(file.lastPathComponent) calls \(name)")
            }
        }
    }
}
