import EventLoop
import LuaRuntime
import Synchronization
import Testing

@Suite("Nothing leaks", .timeLimit(.minutes(5)))
struct LuaLifetimeTests {
    /// Counts those that are alive.
    final class Counted: Sendable {
        let counter: Counter
        init(_ counter: Counter) {
            self.counter = counter
            counter.alive.add(1, ordering: .relaxed)
        }
        deinit { counter.alive.subtract(1, ordering: .relaxed) }
    }

    final class Counter: Sendable {
        let alive = Atomic(0)
        let made = Atomic(0)
    }

    struct CountedError: Error {
        let object: Counted
    }

    @LoopActor
    private static func install(_ counter: Counter, in state: LuaState) {
        let make: @LoopActor () -> Counted = {
            counter.made.add(1, ordering: .relaxed)
            return Counted(counter)
        }
        let objects = LuaClass<Counted>("counted", methods: [])
        let functions: [LuaFunction] = [
            LuaFunction("succeed") { call in
                let object = make()
                call.stack.push(object, as: objects)
                return 1
            },
            LuaFunction("fail") { _ in throw CountedError(object: make()) },
            .awaiting("succeed_later") { _ in
                let object = make()
                return LuaOperation {
                    await Task.yield()
                    return { stack in
                        stack.push(object, as: objects)
                        return 1
                    }
                }
            },
            .awaiting("fail_later") { _ in
                let object = make()
                return LuaOperation {
                    await Task.yield()
                    throw CountedError(object: object)
                }
            },
            .awaiting("never") { _ in
                let object = make()
                return LuaOperation {
                    defer { withExtendedLifetime(object) {} }
                    try await LoopActor.sleep(for: .seconds(3600))
                    return { _ in 0 }
                }
            },
            .awaiting("never_called_back") { _ in
                let object = make()
                return LuaOperation(start: { resumption in { withExtendedLifetime(object) { resumption.resume() } } })
            },
        ]
        for function in functions { state.setGlobal(function.name) { $0.push(function) } }
    }

    @Test(arguments: [
        "for i = 1, 10000 do succeed() end",
        "for i = 1, 10000 do pcall(fail) end",
        "for i = 1, 10000 do succeed_later() end",
        "for i = 1, 10000 do pcall(fail_later) end",
        """
        local task = require 'task'
        local list = {}
        for i = 1, 10000 do list[i] = task.spawn(i % 2 == 0 and never or never_called_back) end
        wait()
        for _, t in ipairs(list) do t:cancel() end
        """,
        "local task = require 'task' for i = 1, 10000 do pcall(task.all, {never, fail_later}) end",
    ])
    func `over 10,000 calls`(_ source: String) async throws {
        let counter = Counter()
        try await withLua { lua in
            Self.install(counter, in: lua.state)
            _ = try await lua.run(source)
            lua.state.collectGarbage()
            lua.state.collectGarbage()
            // Cancelled Swift tasks end in their own turn.
            while counter.alive.load(ordering: .relaxed) > 0 { try await LoopActor.sleep(for: .milliseconds(1)) }
        }
        #expect(counter.made.load(ordering: .relaxed) >= 10000)
        #expect(counter.alive.load(ordering: .relaxed) == 0)
    }

    @Test func `when the state is closed with everything in it`() async throws {
        let counter = Counter()
        try await withLua { lua in
            Self.install(counter, in: lua.state)
            _ = try await lua.run("kept = {} for i = 1, 10000 do kept[i] = succeed() end")
            #expect(counter.alive.load(ordering: .relaxed) == 10000)
        }
        #expect(counter.alive.load(ordering: .relaxed) == 0)
    }

    @Test func `of references that Swift drops`() async throws {
        try await withLua { lua in
            let before = lua.state.memoryInUse
            for _ in 0..<10000 {
                let reference = try lua.state.load([UInt8]("return 1".utf8), name: "=x")
                withExtendedLifetime(reference) {}
            }
            lua.state.collectGarbage()
            #expect(lua.state.memoryInUse < before + 100_000)
        }
    }

    @Test func `in errors that come out of failed calls`() async throws {
        try await withLua { lua in
            let chunk = try lua.state.load([UInt8]("error({})".utf8), name: "=x")
            lua.state.collectGarbage()
            let before = lua.state.memoryInUse
            for _ in 0..<10000 {
                #expect(throws: LuaError.self) { try lua.state.call(chunk) { _, _, _ in } }
            }
            lua.state.collectGarbage()
            #expect(lua.state.memoryInUse < before + 100_000)
        }
    }
}
