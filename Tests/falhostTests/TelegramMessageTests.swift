import BotAPI
import Foundation
import Testing

/// Texts of a bot, their edits, and what is around them.
@Suite(.timeLimit(.minutes(5)))
struct TelegramMessageTests {
    @Test func aLongTextBecomesSeveralMessages() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                local long = ("слово 😀 word\\n"):rep(700)
                local last, all = bot:send_text(7, long, {
                  reply_to = 1, buttons = { { { text = "Open", url = "https://fal.ai" } } } })
                print(#all, last.message_id == all[#all].message_id)
                """)
            #expect(lines == ["3\ttrue"])
            let calls = await fixture.calls
            #expect(calls.map(\.isOK) == [true, true, true])
            #expect(calls.map { $0["reply_markup"] != nil } == [false, false, true])
            #expect(calls.map { $0["reply_parameters"] != nil } == [true, false, false])
            let text = calls.compactMap { $0.text("text") }.joined().filter { !$0.isWhitespace }
            #expect(text == String(repeating: "слово😀word", count: 700))
        }
    }

    @Test func anEmptyTextIsRefusedBeforeItIsSent() async throws {
        try await BotFixture.with { fixture in
            try await fixture.run("try(bot.send_text, bot, 7, ' \\n')", printing: ["false\tvalidation"])
            #expect(await fixture.calls.isEmpty)
        }
    }

    @Test func aCaptionIsCutAfterEntitiesAreRead() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png")
            let lines = try await fixture.lines(
                """
                local prompt = telegram.escape(("<a & b> 😀 "):rep(200))
                local message = bot:send_photo(7, "\(url)", "<b>" .. prompt .. "</b>", { parse_mode = "HTML" })
                print(telegram.length(message.caption) > 1020, message.caption:sub(1, 7), message.caption:sub(-3))
                """)
            #expect(lines == ["true\t<a & b>\t…"])
            #expect(await fixture.methods == ["sendPhoto"])
        }
    }

    @Test func editsAreRareAndTheNewestWins() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                local id = bot:send_text(7, "0 %").message_id
                print(select(2, bot:edit_text(7, id, "1 %")))
                print(select(2, bot:edit_text(7, id, "1 %")))
                local outcomes = task.map({ 2, 3, 4 }, function(n)
                  return (select(2, bot:edit_text(7, id, n .. " %")))
                end)
                print(table.concat(outcomes, " "))
                """)
            #expect(lines.first == "edited" && lines.dropFirst().first == "unchanged")
            #expect(lines.last == "superseded superseded edited")
            let edits = await fixture.calls.filter { $0.method == "editMessageText" }
            #expect(edits.compactMap { $0.text("text") } == ["1 %", "4 %"])
            try #require(edits.count == 2)
            #expect(edits[1].time - edits[0].time > .milliseconds(2900))
            #expect(await fixture.api.text(of: 1, in: 7) == "4 %")
        }
    }

    @Test func anEditThatChangesNothingIsNoError() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                local id = bot:send_text(7, "done").message_id
                local same, outcome = bot:edit_text(7, id, "done")
                print(same == id, outcome)
                """)
            #expect(lines == ["true\tunchanged"])
            #expect(await fixture.methods == ["sendMessage", "editMessageText 400"])
        }
    }

    @Test func aMessageThatCannotBeEditedIsSentAnew() async throws {
        try await BotFixture.with { fixture in
            _ = try await fixture.lines("bot:send_text(7, 'old') task.sleep(1) bot:send_text(7, 'gone')")
            await fixture.api.age(1, in: 7)
            let lines = try await fixture.lines(
                """
                bot:delete_message(7, 2)
                for id = 1, 2 do
                  local new, outcome = bot:edit_text(7, id, "new " .. id)
                  print(new, outcome)
                  -- Who kept the old id edits the new message.
                  print(bot:edit_text(7, id, "newer " .. id))
                end
                """)
            #expect(lines == ["3\tnew", "3\tedited", "4\tnew", "4\tedited"])
            #expect(await fixture.api.text(of: 1, in: 7) == "old")
            #expect(await fixture.api.text(of: 3, in: 7) == "newer 1")
            #expect(await fixture.api.text(of: 4, in: 7) == "newer 2")
        }
    }

    @Test func aMessageThatCannotBeDeletedIsNoError() async throws {
        try await BotFixture.with { fixture in
            _ = try await fixture.lines("bot:send_text(7, 'old') task.sleep(1) bot:send_text(7, 'new')")
            await fixture.api.age(1, in: 7)
            let lines = try await fixture.lines("for id = 1, 3 do print(bot:delete_message(7, id)) end")
            #expect(lines == ["false", "true", "false"])
        }
    }

    @Test func anActionIsShownUntilTheWorkEnds() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                print(bot:chat_action(7, "upload_photo", function(a, b) task.sleep(5) return a + b, "done" end, 1, 2))
                task.sleep(5)
                try(bot.chat_action, bot, 7, "upload_photo", function() error("broken", 0) end)
                """)
            #expect(lines == ["3\tdone", "false\tbroken"])
            let actions = await fixture.calls
            #expect(actions.allSatisfy { $0.isOK && $0.text("action") == "upload_photo" })
            // At 0 and 4 seconds; the work that failed at once may have shown one.
            #expect((2...3).contains(actions.count))
        }
    }

    @Test func anAnswerToAMessageThatIsGoneIsSent() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                local first = bot:send_text(7, "question")
                local answer = bot:send_text(7, "answer", { reply_to = first.message_id })
                print(answer.reply_to_message.message_id == first.message_id)
                print(bot:send_text(7, "answer", { reply_to = 999 }).reply_to_message)
                """)
            #expect(lines == ["true", "nil"])
        }
    }

    @Test func commandsAreSet() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                #"print(bot:set_commands({ { command = "generate", description = "…" } }, "ru"), bot:me().username)"#)
            #expect(lines == ["true\tfalhost_test_bot"])
            #expect(await fixture.calls.first?.text("language_code") == "ru")
        }
    }
}
