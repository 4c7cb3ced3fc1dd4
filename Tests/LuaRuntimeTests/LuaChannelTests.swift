import EventLoop
import LuaRuntime
import Testing

@Suite("A channel", .timeLimit(.minutes(5)))
struct LuaChannelTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { try await $0.run("local task = require 'task'\n" + source) }
    }

    @Test(arguments: [0, 1, 3])
    func `passes values in order`(_ capacity: Int) async throws {
        let lines = try await lines(
            """
            local c = task.channel(\(capacity))
            task.spawn(function() for i = 1, 10 do c:send(i) end c:close() end)
            local got = {}
            for v in c:iterate() do got[#got + 1] = v wait() end
            out(table.concat(got, ' '), c:receive(), c)
            """)
        #expect(lines == ["1 2 3 4 5 6 7 8 9 10 nil channel (0 of \(capacity), closed)"])
    }

    @Test func `holds senders back`() async throws {
        let lines = try await lines(
            """
            local c, sent = task.channel(2), 0
            task.spawn(function() for i = 1, 5 do c:send(i) sent = i end end)
            wait() wait()
            out(sent, c)
            out(c:receive()) wait()
            out(sent)
            for _ = 1, 4 do c:receive() end
            local meet = task.channel()
            local t = task.spawn(function() meet:send('x') out('taken') end)
            wait() wait()
            out(t:status())
            out(meet:receive())
            """)
        #expect(lines == ["2 channel (2 of 2)", "1", "3", "waiting", "x", "taken"])
    }

    @Test func `that is closed wakes who waits`() async throws {
        let lines = try await lines(
            """
            local c, full = task.channel(), task.channel(1)
            full:send('kept')
            local r, s = task.spawn(c.receive, c), task.spawn(full.send, full, 'refused')
            wait()
            c:close() full:close() c:close()
            out(r:await())
            out(pcall(s.await, s))
            out(full:receive(), full:receive())
            out(pcall(full.send, full, 1))
            do local x <close> = task.channel() c = x end
            out(c)
            """)
        #expect(
            lines == [
                "nil", "false channel:send: the channel is closed", "kept nil",
                "false channel:send: the channel is closed", "channel (0 of 0, closed)",
            ])
    }

    @Test(arguments: [
        ("task.channel(-1)", "t.lua:2: task.channel: argument 1 (capacity): integer from 0 expected, got -1"),
        (
            "task.channel(1):send(nil)",
            "t.lua:2: channel:send: argument 1 (value): nil cannot be sent: receivers take it for the end"
        ),
        ("local c = task.channel(1) c:close() c:send(1)", "t.lua:2: channel:send: the channel is closed"),
    ])
    func `refuses`(_ source: String, _ message: String) async throws {
        let error = try await failure(of: "local task = require 'task'\n" + source)
        #expect(error.description == message)
    }
}
