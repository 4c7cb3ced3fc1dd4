import EventLoop
import Generation
import JSON
import LuaRuntime

/// What a test file sees as globals: `describe`, `it`, `expect`, `rule`, `preset`, `avatar`, …
package enum TestModule {
    static let name = "falhost.test"
    /// The globals, as the prelude sets them.
    package static let globals = ["avatar", "before_each", "describe", "expect", "it", "preset", "rule", "rules"]

    @LoopActor
    static func make(_ run: TestFileRun) -> LuaModule {
        LuaModule(
            name: name,
            functions: [
                LuaFunction("rule", field: "_rule", isChecked: false) { call in try find(call, run) },
                explain(run), begin(run),
                LuaFunction("it", field: "_end", isChecked: false) { call in
                    let message = call.stack.isNilOrNone(at: 1) ? nil : call.stack.text(at: 1)
                    run.end(message, at: call.stack.string(at: 2))
                    return 0
                },
                LuaFunction("it", field: "_timeout", isChecked: false) { call in
                    call.stack.push(run.options.timeout / .seconds(1))
                    return 1
                },
                LuaFunction("matches_golden", field: "_golden", isChecked: false) { call in try golden(call, run) },
            ],
            prelude: prelude)
    }

    /// The rule's file, or nil and why there is none.
    @LoopActor
    private static func find(_ call: LuaCall, _ run: TestFileRun) throws -> Int32 {
        do throws(TestFault) {
            call.stack.push(try run.subjects.rule(try call.text(1)))
            return 1
        } catch {
            call.stack.pushNil()
            call.stack.push(error.description)
            return 2
        }
    }

    /// `_explain(rule file or nil, avatar, prompt, config)`: the explanation, or nil and an error value. It waits, so
    /// that a rule runs beside this state and not inside of it.
    @LoopActor
    private static func explain(_ run: TestFileRun) -> LuaFunction {
        .awaiting("expect", field: "_explain", isChecked: false) { call in
            let file = call.stack.string(at: 1)
            let request = Result {
                GenerationRequest(
                    avatar: .avatar(try Avatar(json: call.object(at: 2))), prompt: try call.prompt(at: 3),
                    overrides: try call.object(at: 4))
            }
            return LuaOperation {
                do {
                    let explanation = try await run.subjects.explain(request.get(), rule: file)
                    return { stack in
                        stack.push(explanation.json)
                        return 1
                    }
                } catch let error as GenerationError {
                    return { stack in
                        stack.pushNil()
                        ScriptError(failure: error, language: run.subjects.language).push(onto: stack)
                        return 2
                    }
                }
            }
        }
    }

    /// `_begin(group, …, name)`: whether the test is to run. It goes back to the loop: each test has its time anew.
    @LoopActor
    private static func begin(_ run: TestFileRun) -> LuaFunction {
        .awaiting("it", field: "_begin", isChecked: false) { call in
            let name = (1..<call.argumentCount + 1).map { call.stack.text(at: $0) }
            return LuaOperation {
                let isWanted = run.begin(name)
                return { stack in
                    stack.push(isWanted)
                    return 1
                }
            }
        }
    }

    /// `_golden(name, value)`: what the file holds, or nil and what is wrong.
    @LoopActor
    private static func golden(_ call: LuaCall, _ run: TestFileRun) throws -> Int32 {
        let value = try call.jsonArgument(at: 2)
        do throws(TestFault) {
            call.stack.push(try run.golden(try call.text(1), value))
            return 1
        } catch {
            call.stack.pushNil()
            call.stack.push(error.description)
            return 2
        }
    }
}

extension LuaCall {
    /// A string argument.
    fileprivate func text(_ index: Int32) throws(TestFault) -> String {
        guard let text = stack.string(at: index) else {
            throw TestFault(description: "a name is expected, got a \(stack.typeName(at: index))")
        }
        return text
    }
}

extension LuaStack {
    /// Bytes that are no UTF-8 become replacement characters: a report is text.
    fileprivate func text(at index: Int32) -> String {
        withBytes(at: index) { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

/// Why a test cannot have what it asks for.
struct TestFault: Error, CustomStringConvertible {
    let description: String
}
