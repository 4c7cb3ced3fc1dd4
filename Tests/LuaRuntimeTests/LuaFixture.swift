import EventLoop
import LuaRuntime
import Testing

/// A state whose scripts can print lines for the test, fail in Swift, and wait.
@LoopActor
final class LuaFixture {
    let state: LuaState
    private(set) var lines: [String] = []
    private(set) var startedWaits = 0
    private(set) var cancelledWaits = 0

    init(_ profile: LuaState.Profile = .trusted) throws {
        state = try LuaState(profile)
        state.setGlobal("out") { stack in
            stack.push(
                LuaFunction("out") { [unowned self] call in
                    var parts: [String] = []
                    for index in 1...max(1, call.argumentCount) { parts.append(call.stack.describe(at: index)) }
                    lines.append(parts.joined(separator: " "))
                    return 0
                })
        }
        state.setGlobal("fail") { stack in
            stack.push(LuaFunction("fail") { _ in throw Failure(text: "swift failed") })
        }
        let start = ContinuousClock.now
        state.setGlobal("clock") { stack in
            stack.push(
                LuaFunction("clock") { call in
                    call.stack.push((.now - start) / Duration.seconds(1))
                    return 1
                })
        }
        state.setGlobal("wait") { $0.push(wait) }
        state.setGlobal("wait_and_fail") { $0.push(waitAndFail) }
        state.preload(.task())
    }

    /// Gives its arguments back after a turn of the loop.
    private var wait: LuaFunction {
        .awaiting("wait") { [unowned self] call in
            startedWaits += 1
            let values = (0..<call.argumentCount).map { call.stack.reference(at: $0 + 1) }
            return LuaOperation {
                await Task.yield()
                return { stack in
                    for value in values { stack.push(value) }
                    return Int32(values.count)
                }
            }
        }
    }

    private var waitAndFail: LuaFunction {
        .awaiting("wait_and_fail") { _ in
            LuaOperation {
                await Task.yield()
                throw Failure(text: "swift failed later")
            }
        }
    }

    /// Runs `source` as a script named t.lua: its printed lines.
    func run(_ source: String, arguments: [String] = []) async throws -> [String] {
        let chunk = try state.load([UInt8](source.utf8), name: "@t.lua")
        try await state.runScript(chunk) { stack in
            for argument in arguments { stack.push(argument) }
            return Int32(arguments.count)
        }
        return lines
    }

    /// Calls `source` as a chunk without a task: its first result, described.
    func call(_ source: String, deadline: Duration? = nil) throws -> String {
        let chunk = try state.load([UInt8](source.utf8), name: "@t.lua")
        return try state.call(chunk, deadline: deadline) { stack, first, count in
            count > 0 ? stack.describe(at: first) : "nothing"
        }
    }
}

struct Failure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

/// Runs `body` on the loop with a fixture that is closed afterwards.
func withLua<Result: Sendable>(
    _ profile: LuaState.Profile = .trusted, _ body: @escaping @LoopActor (LuaFixture) async throws -> Result
) async throws -> Result {
    try await LoopActor.spawn {
        let fixture = try LuaFixture(profile)
        defer { fixture.state.close() }
        return try await body(fixture)
    }.value
}

/// The error with which `source` ends as a script.
func failure(of source: String) async throws -> LuaError {
    try await withLua { lua in
        do {
            _ = try await lua.run(source)
        } catch let error as LuaError {
            return error
        }
        throw Failure(text: "the script did not fail")
    }
}
