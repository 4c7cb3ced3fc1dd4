import EventLoop
import LuaRuntime
import Testing

/// Places of calls: the same in each run of a script, whatever its timing.
@Suite("Places of calls", .timeLimit(.minutes(5)))
struct LuaPlaceTests {
    /// The places that a script's calls of `mark` have, by the word that they are called with.
    private func places(_ source: String) async throws -> [String: [UInt64]] {
        try await withLua { lua in
            var places: [String: [UInt64]] = [:]
            lua.state.setGlobal("mark") { stack in
                stack.push(
                    LuaFunction("mark") { call in
                        places[try call.requireString(1), default: []].append(call.nextPlace())
                        return 0
                    })
            }
            lua.state.setGlobal("mark_many") { stack in
                stack.push(
                    LuaFunction("mark_many") { call in
                        places["many", default: []] += call.nextPlaces(3)
                        return 0
                    })
            }
            _ = try await lua.run("local task = require 'task'\n" + source)
            return places
        }
    }

    private static let tree = """
        mark "main"
        task.map({ "a", "b", "c" }, { limit = 2 }, function(name)
          for _ = 1, DELAYS[name] do wait() end
          mark(name)
          mark(name)
          local child = task.spawn(function() mark(name .. "'s child") end)
          mark(name)
          child:await()
        end)
        mark_many()
        mark "main"
        """

    @Test func `do not depend on the timing`() async throws {
        let first = try await places("DELAYS = { a = 0, b = 3, c = 9 }\n" + Self.tree)
        let second = try await places("DELAYS = { a = 9, b = 0, c = 1 }\n" + Self.tree)
        #expect(first == second)
        let all = first.values.flatMap { $0 }
        #expect(all.count == 17 && Set(all).count == 17, "\(first)")
    }

    @Test func `stay what they are over versions, for ledgers keep them`() async throws {
        let places = try await places("mark 'main' task.spawn(function() mark 'child' end)")
        #expect(places == ["main": [0x71AC_BACE_87CD_AC2D], "child": [0xABCE_3AAC_BB37_9944]])
    }

    @Test func `of deep and wide trees differ`() async throws {
        let places = try await places(
            """
            local function grow(depth)
              mark "any"
              if depth == 0 then return end
              for _ = 1, 6 do task.spawn(grow, depth - 1) end
            end
            grow(5)
            """)
        #expect(places["any"]?.count == 9331 && Set(places["any"] ?? []).count == 9331)
    }
}
