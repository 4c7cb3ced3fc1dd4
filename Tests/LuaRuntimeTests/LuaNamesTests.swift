import EventLoop
import Testing

@testable import LuaRuntime

@LoopActor
@Suite(.timeLimit(.minutes(5)))
struct LuaNamesTests {
    private func names(_ chunk: String) throws -> [LuaNameUse] {
        let state = try LuaState(.trusted)
        defer { state.close() }
        return try state.names(in: Array(chunk.utf8), name: "@x.lua")
    }

    @Test func globalsAreThoseThatTheCompilerTakesForSome() throws {
        let chunk = """
            local print = print
            local function f(a)
              print(a, b)
              total = a
              for i = 1, 2 do local c = i; d(c) end
              return _G.x
            end
            """
        #expect(
            Set(try names(chunk)) == [
                LuaNameUse(name: "print", kind: .global, line: 1), LuaNameUse(name: "b", kind: .global, line: 3),
                LuaNameUse(name: "total", kind: .assignment, line: 4), LuaNameUse(name: "d", kind: .global, line: 5),
                LuaNameUse(name: "_G", kind: .global, line: 6),
            ])
    }

    @Test func fieldsAreThoseOfNamedLocals() throws {
        let chunk = """
            local fal, x = require "fal", 1
            fal.submit("a/b", {})
            local function g() return fal.result end
            do local task = fal; task.sleep(x) end
            """
        let fields = try names(chunk).filter { if case .field = $0.kind { true } else { false } }
        #expect(
            Set(fields) == [
                LuaNameUse(name: "submit", kind: .field(of: "fal"), line: 2),
                LuaNameUse(name: "result", kind: .field(of: "fal"), line: 3),
                LuaNameUse(name: "sleep", kind: .field(of: "task"), line: 4),
            ])
    }

    @Test func linesFarApartAreCounted() throws {
        let gap = String(repeating: "\n", count: 500)
        let names = try names("local a = 1\(gap)first(a)\(gap)second(a)")
        #expect(names.map(\.line) == [501, 1001])
    }

    @Test func aSyntaxErrorIsThrownWithItsPlace() {
        #expect { try names("local x =\n= 2") } throws: { ($0 as? LuaError)?.position == "x.lua:2" }
    }

    @Test func cutCodeIsRefused() throws {
        let state = try LuaState(.trusted)
        defer { state.close() }
        var code: [UInt8] = [0x1B, 0x4C, 0x75, 0x61, 0x54, 0x00, 0x19, 0x93, 0x0D, 0x0A, 0x1A, 0x0A, 4, 8, 8]
        code += [UInt8](repeating: 0, count: 18)
        var reader = try LuaCodeReader(code)
        #expect(throws: LuaCodeReader.FormatError.self) { try reader.names() }
        #expect(throws: LuaCodeReader.FormatError.self) { try LuaCodeReader([1, 2, 3]) }
    }
}
