import EventLoop
import FalClient
import Generation
import JSON
import LuaRuntime

/// A failure as a script gets it: a table with `code`, `kind`, `message` and what else is known (DESIGN.md §3).
struct ScriptError: LuaErrorConvertible {
    let failure: GenerationError
    let language: Language

    private static let metatable = "falhost.error"

    func push(onto stack: LuaStack) {
        let fields: [(String, String?)] = [
            ("code", failure.code.rawValue), ("kind", failure.kind.rawValue),
            ("message", failure.message(in: language)),
            ("request_id", failure.requestID), ("endpoint", failure.endpoint), ("field", failure.field),
        ]
        stack.pushTable(fieldCount: 10)
        for case (let name, let value?) in fields {
            stack.push(value)
            stack.setField(name)
        }
        if let status = failure.status {
            stack.push(status)
            stack.setField("status")
        }
        if let details = failure.details {
            stack.push(details)
            stack.setField("details")
        }
        stack.push(failure.retryable)
        stack.setField("retryable")
        stack.setMetatable(named: Self.metatable) { stack in
            stack.push(LuaFunction("error.__tostring", Self.describe))
            stack.setField("__tostring")
        }
    }

    /// One readable line: the message, then code and request id in brackets.
    @LoopActor
    private static func describe(_ call: LuaCall) throws -> Int32 {
        try call.requireTable(1)
        let stack = call.stack
        let words = ["message", "code", "request_id"].map { name in
            stack.getField(name, at: 1)
            return stack.string(at: -1)
        }
        let tail = [words[1], words[2].map { "request \($0)" }].compactMap { $0 }.joined(separator: ", ")
        stack.push("\(words[0] ?? "error")\(tail.isEmpty ? "" : " [\(tail)]")")
        return 1
    }
}

extension ScriptServices {
    /// Runs `body`; what the domain or the client throws is raised in Lua as an error value.
    func raising<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw scriptError(error)
        }
    }

    /// The same for work that waits.
    func raising<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw scriptError(error)
        }
    }

    func scriptError(_ error: any Error) -> any Error {
        switch error {
        case let error as GenerationError: ScriptError(failure: error, language: language)
        case let error as FalError: ScriptError(failure: .fal(error), language: language)
        default: error
        }
    }
}
