import EventLoop
import LuaRuntime
import Testing

@testable import Scripting

@Suite(.timeLimit(.minutes(5)))
struct PromptChunkTests {
    /// The first result of what was entered; nil when more is needed.
    private func result(_ text: String) async throws -> String? {
        try await withState { state in
            guard case .complete(let chunk) = try PromptChunk.compile(text, in: state) else { return nil }
            return try state.call(chunk) { stack, first, count in count > 0 ? stack.describe(at: first) : "" }
        }
    }

    @Test(arguments: [
        ("1 + 1", "2"), ("= 1 + 1", "2"), ("x = 1", ""), ("return 5", "5"), ("#'ab'", "2"), ("-- nothing", ""),
        ("local a = 3 return a", "3"), ("(1 +\n1)", "2"), ("print", "builtin"),
    ])
    func expressionsComeBeforeStatements(text: String, expected: String) async throws {
        let result = try await result(text)
        #expect(expected == "builtin" ? result?.hasPrefix("function") == true : result == expected)
    }

    @Test(arguments: [
        "for i = 1, 2 do", "f(", "x =", "[[ long", "x = 'a' ..", "--[[ comment", "function f()", "'open", "= 1 +",
    ])
    func whatEndsTooEarlyIsIncomplete(text: String) async throws {
        #expect(try await result(text) == nil)
    }

    @Test(arguments: ["x = = 1", "end", "1 1", "for for"])
    func whatCannotBecomeRightIsAnError(text: String) async throws {
        let error = await #expect(throws: LuaError.self) { try await result(text) }
        #expect(error?.kind == .syntax)
        #expect(error?.message.hasPrefix("stdin:1:") == true)
    }
}
