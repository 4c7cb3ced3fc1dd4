import EventLoop
import LuaRuntime
import Testing

@testable import Scripting

@Suite(.timeLimit(.minutes(5)))
struct NameCompletionTests {
    private static let globals = """
        object = setmetatable({ field = 1, method = print, _hidden = 1, ['two words'] = 1 },
            { __index = setmetatable({ inherited = print }, { __index = { far = print } }) })
        trap = setmetatable({}, { __index = function() error 'ran' end })
        text, outer = 'x', { inner = { deep = 1 } }
        loop = setmetatable({}, {}) getmetatable(loop).__index = loop
        """

    private func names(_ text: String) async throws -> [String] {
        try await withState(Self.globals) { NameCompletion($0).complete(text).names }
    }

    @Test func globalsAndKeywords() async throws {
        #expect(try await names("x = coro") == ["coroutine"])
        #expect(try await names("whi") == ["while"])
        #expect(try await names("t").contains("true"))
        #expect(try await names("nothing_like_this") == [])
    }

    @Test func fieldsAlsoThroughIndexTables() async throws {
        #expect(try await names("object.") == ["far", "field", "inherited", "method"])
        #expect(try await names("object._") == ["_hidden"])
        #expect(try await names("object.in") == ["inherited"])
        #expect(try await names("f(outer.inner.d") == ["deep"])
    }

    @Test func afterAColonOnlyFunctions() async throws {
        #expect(try await names("object:") == ["far", "inherited", "method"])
        #expect(try await names("text:up") == ["upper"])
        #expect(try await names("io.stdout:se") == ["seek", "setvbuf"])
    }

    @Test(arguments: ["trap.x", "loop.x", "f().x", "t[1].x", "1.x", "a..x", "object:method.x", "nothing.x", "0x"])
    func whereNothingCanBeKnownNothingIsOffered(text: String) async throws {
        #expect(try await names(text) == [])
    }

    @Test(arguments: ["require 'str", "require(\"str", "local s = require( 'str"])
    func modulesInRequire(text: String) async throws {
        #expect(try await names(text).contains("string"))
        #expect(!(try await names(text).contains("repeat")))
    }

    @Test func theReplacedPartIsCountedInCharacters() async throws {
        let length = try await withState { NameCompletion($0).complete("'привет' .. string.fo").length }
        #expect(length == 2)
    }
}
