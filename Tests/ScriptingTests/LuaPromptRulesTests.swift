import EventLoop
import Generation
import LuaRuntime
import Testing

@testable import Scripting

@Suite(.timeLimit(.minutes(5)))
struct LuaPromptRulesTests {
    @Test func aSnapshotEndsWithTheRulesThatItBeganWith() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p .. '1' end")
            let rules = folder.rules()
            let batch = try rules.snapshot()
            #expect(try batch.prompt() == "p1")
            try folder.write("1.lua", "return function(p) return p .. 'one' end")
            try folder.write("2.lua", "return function(p) return p .. 'two' end")
            #expect(try rules.prompt() == "ponetwo")
            #expect(try batch.prompt() == "p1")
        }
    }

    @Test func aReplacedSetGoesWithItsLastUser() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p .. '1' end")
            let rules = folder.rules()
            var batch: (any PromptRules)? = try rules.snapshot()
            weak let old = batch as? LuaRuleSet
            try folder.write("1.lua", "return function(p) return p .. 'one' end")
            #expect(try rules.prompt() == "pone")
            #expect(old != nil)
            batch = nil
            #expect(old == nil)
        }
    }

    @Test func theStateOfARuleEndsWithIt() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p end")
            var rule: LuaRule? = try LuaRule(
                "1.lua", folder: folder.path, library: folder.library, sources: SourceRecord())
            let state = try #require(rule?.file.state)
            #expect(!state.isClosed)
            rule = nil
            // In a turn of the loop of its own.
            let end = ContinuousClock.now + .seconds(10)
            while !state.isClosed, .now < end { await Task.yield() }
            #expect(state.isClosed)
        }
    }

    @Test func aRuleThatDidNotChangeKeepsItsState() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "local n = 0 return function(p) n = n + 1 return p .. n end")
            try folder.write("2.lua", "return function(p) return p end")
            let rules = folder.rules()
            #expect(try rules.prompt() == "p1")
            try folder.write("2.lua", "return function(p) return p .. '!' end")
            #expect(try rules.prompt() == "p2!")
        }
    }

    @Test func aChangeWithinOneStepOfTheFileSystemsClockIsSeen() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p .. 0 end")
            let rules = folder.rules()
            #expect(try rules.prompt() == "p0")
            for number in 1...9 {
                // The same file, the same size, and most likely the same time as the last one read.
                try folder.overwrite("1.lua", "return function(p) return p .. \(number) end")
                let end = ContinuousClock.now + .seconds(10)
                while try rules.prompt() != "p\(number)", .now < end { await Task.yield() }
                #expect(try rules.prompt() == "p\(number)")
            }
        }
    }

    @Test func whileFilesAreBeingWrittenTheOldOnesStayInUse() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p .. '1' end")
            let rules = folder.rules(ReloadSchedule(interval: .zero, settling: .seconds(3600)))
            #expect(try rules.prompt() == "p1")
            try folder.write("1.lua", "return function(p) return p .. 'one' end")
            #expect(try rules.prompt() == "p1")
            try folder.write("2.lua", "return function(p) return p .. 'two' end")
            #expect(try rules.prompt() == "p1")
            try folder.remove("1.lua")
            #expect(try rules.prompt() == "p1")
            #expect(folder.log.lines == [])
        }
    }

    @Test func filesAreNotLookedAtBeforeTheIntervalIsOver() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p .. '1' end")
            let rules = folder.rules(ReloadSchedule(interval: .seconds(3600), settling: .zero))
            #expect(try rules.prompt() == "p1")
            try folder.write("1.lua", "return function(p) return p .. 'one' end")
            #expect(try rules.prompt() == "p1")
        }
    }

    @Test func aBrokenRuleIsReportedOnceHoweverOftenTheFilesAreLookedAt() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p .. '1' end")
            let rules = folder.rules()
            #expect(try rules.prompt() == "p1")
            try folder.write("1.lua", "return function(p)")
            for _ in 0..<10 { #expect(try rules.prompt() == "p1") }
            try folder.write("1.lua", "return function(p) ")  // broken in the same way
            for _ in 0..<10 { #expect(try rules.prompt() == "p1") }
            #expect(
                folder.log.lines == [
                    "warning: scripts/rules/1.lua:1: 'end' expected near <eof>; the version before stays in use"
                ])
        }
    }

    @Test func aRuleGoesWithItsFile() async throws {
        try await withLuaFolder { folder in
            try folder.write("1.lua", "return function(p) return p .. '1' end")
            let rules = folder.rules()
            #expect(try rules.prompt() == "p1")
            try folder.remove("1.lua")
            #expect(try rules.prompt() == "p")
            #expect(folder.log.lines == ["[FAL AI] No longer used, the file is gone: scripts/rules/1.lua"])
        }
    }
}
