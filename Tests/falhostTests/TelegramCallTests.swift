import BotAPI
import Foundation
import Testing

/// Calls of `scripts/lib/telegram.lua` against a Bot API on loopback: what it does with each error and each limit.
///
/// | rule of the Bot API | test |
/// | --- | --- |
/// | 429: wait `retry_after`, all senders and polling too | `everyCallWaitsAsLongAsTelegramAsks` |
/// | 429 on getUpdates itself | `TelegramUpdatesTests/aPollThatIsToldToWaitWaits` |
/// | 429 that does not end | `aCallThatIsToldToWaitAgainAndAgainFails` |
/// | 1 message a second to a chat | `aChatGetsOneMessageASecond` |
/// | 20 a minute to a group, 30 a second in all | `pacingKeepsToTheGuidesOfTelegram` |
/// | 403, the bot was blocked: stop for that chat | `nothingMoreIsSentToAChatThatBlockedTheBot` |
/// | 400, chat not found | `aChatThatIsNotThereIsSaid` |
/// | 400, a group that became a supergroup | `aGroupThatMovedIsFollowed` |
/// | 401, 404: the token | `aWrongTokenIsSaid`, `aTokenThatIsNoneIsRefused` |
/// | 5xx, pages of a proxy, lost connections | `whatMayPassIsTriedAgain`, `whatDoesNotPassFailsInTime` |
/// | callback_data has 1 to 64 bytes | `aButtonWithTooMuchDataIsRefusedBeforeItIsSent` |
/// | answerCallbackQuery, always and in time | `aPressedButtonIsAnswered` |
/// | the token is part of the URL | `theTokenIsInNoMessage` |
/// | text has 4096 units | `TelegramMessageTests/aLongTextBecomesSeveralMessages` |
/// | caption has 1024 units, HTML is escaped | `TelegramMessageTests/aCaptionIsCutAfterEntitiesAreRead` |
/// | an edit every 3 s, only when the text changed | `TelegramMessageTests/editsAreRareAndTheNewestWins` |
/// | 400, message is not modified | `TelegramMessageTests/anEditThatChangesNothingIsNoError` |
/// | a message too old to edit | `TelegramMessageTests/aMessageThatCannotBeEditedIsSentAnew` |
/// | deleteMessage up to 48 h | `TelegramMessageTests/aMessageThatCannotBeDeletedIsNoError` |
/// | sendChatAction lasts 5 s | `TelegramMessageTests/anActionIsShownUntilTheWorkEnds` |
/// | reply_parameters, allow_sending_without_reply | `TelegramMessageTests/anAnswerToAMessageThatIsGoneIsSent` |
/// | sendPhoto by URL, up to 5 MB | `TelegramPictureTests/aPictureGoesByItsURL`, `…/aPictureTooLargeForAURLIsUploaded` |
/// | 400, wrong file identifier/HTTP URL content | `TelegramPictureTests/aURLThatTelegramCannotReachIsUploaded` |
/// | sendPhoto by upload, up to 10 MB | `TelegramPictureTests/aPictureTooLargeForAPhotoIsADocument` |
/// | width + height ≤ 10000, ratio ≤ 20 | `TelegramPictureTests/aPictureOfOddSizeIsADocument` |
/// | sendDocument, up to 50 MB | `TelegramPictureTests/aPictureTooLargeForAnUploadIsALink` |
/// | full quality: as a document | `TelegramPictureTests/fullQualityIsADocument` |
/// | file_id kept and used again | `TelegramPictureTests/aFileIDIsUsedAgainAndMayBeForgotten` |
/// | albums of 2 to 10, one caption | `TelegramAlbumTests` |
/// | getUpdates: offset, limit, long poll, 409 | `TelegramUpdatesTests` |
/// | offset kept, update_id the key | `TelegramUpdatesTests/anUpdateThatWasNotDoneComesAgain`, `…/noUpdateComesTwice` |
/// | webhook: secret, ports, 200 first | `TelegramUpdatesTests/aWebhookIsTakenWithItsSecret`, `…/aWebhookThat…` |
@Suite(.timeLimit(.minutes(5)))
struct TelegramCallTests {
    @Test func everyCallWaitsAsLongAsTelegramAsks() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.addChat(8)
            await fixture.api.order(Fault(.tooManyRequests(retryAfter: 3), method: "sendMessage"))
            let lines = try await fixture.lines(
                """
                local poll = task.spawn(function() for update in bot:updates { timeout = 1 } do bot:done(update) end end)
                local begin = task.now()
                task.all {
                  function() bot:send_text(7, "first") end,
                  function() task.sleep(1) bot:send_text(8, "second") end,
                  function() task.sleep(1) bot:chat_action(7, "typing") end,
                }
                print(task.now() - begin >= 3)
                task.sleep(1)
                poll:cancel()
                """)
            #expect(lines == ["true"])
            #expect(await fixture.calls.count { $0.isOK } == 3)
            let sent = await fixture.api.sent
            let refusals = sent.filter { $0.status == 429 }
            let first = try #require(refusals.first)
            // A poll may have left before the bot knew.
            #expect(refusals.dropFirst().allSatisfy { $0.time - first.time < .milliseconds(500) })
            #expect(sent.contains { $0.method == "getUpdates" && $0.time > first.time })
        }
    }

    @Test func aCallThatIsToldToWaitAgainAndAgainFails() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.order(Fault(.error(429, "Too Many Requests: retry after 0"), times: 100))
            let lines = try await fixture.lines(
                """
                bot.pacing.pause = function() end -- time does not matter here
                local err = try(bot.send_text, bot, 7, "x")
                print(err.status, err.kind, err.method, err.chat)
                """)
            #expect(lines == ["false\trate_limited", "429\truntime\tsendMessage\t7"])
            #expect(await fixture.calls.count == 11)
        }
    }

    @Test func aChatGetsOneMessageASecond() async throws {
        try await BotFixture.with { fixture in
            _ = try await fixture.lines(#"task.map({ 1, 2, 3 }, function(n) bot:send_text(7, "message " .. n) end)"#)
            let calls = await fixture.calls
            #expect(calls.compactMap { $0.text("text") } == ["message 1", "message 2", "message 3"])
            let (first, last) = (try #require(calls.first), try #require(calls.last))
            #expect(last.time - first.time > .milliseconds(1900))
        }
    }

    /// With a clock of its own, on which waiting takes no time.
    @Test func pacingKeepsToTheGuidesOfTelegram() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                local now = 0
                local real = package.loaded.task
                package.loaded["telegram.pacing"] = nil
                package.loaded.task = setmetatable(
                  { now = function() return now end, sleep = function(s) now = now + s end }, { __index = real })
                local pacing = require("telegram.pacing").new()
                local function times(count, chat)
                  local list = {}
                  for i = 1, count do
                    if chat then pacing:enter_chat(chat(i), 1) else pacing:enter() end
                    list[i] = now
                  end
                  return list
                end
                local function most(list, seconds)
                  local most, first = 0, 1
                  for i, time in ipairs(list) do
                    while list[first] <= time - seconds + 1e-6 do first = first + 1 end
                    most = math.max(most, i - first + 1)
                  end
                  return most
                end
                print(most(times(200), 1))                                        -- calls in a second
                print(most(times(10, function() return 7 end), 1))                -- messages to a person in a second
                print(most(times(70, function() return -5 end), 60))              -- messages to a group in a minute
                print(most(times(90, function(i) return i end), 1))               -- messages to many in a second
                local before = now
                pacing:enter_chat(-6, 10) pacing:enter_chat(-6, 10) pacing:enter_chat(-6, 10)
                print(now - before >= 60 and now - before < 61)                   -- three albums of ten to a group
                """)
            #expect(lines == ["30", "1", "20", "30", "true"])
        }
    }

    @Test func nothingMoreIsSentToAChatThatBlockedTheBot() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.block(7)
            let script = """
                local err = try(bot.send_text, bot, 7, "one")
                print(err.status, err.chat, bot:is_blocked(7))
                try(bot.send_photo, bot, 7, "https://example.com/a.png", "two")
                bot:chat_action(7, "typing", function() print "worked" end)
                """
            let expected = ["false\tblocked", "403\t7\ttrue", "false\tblocked", "worked"]
            try await fixture.run(script, printing: expected)
            #expect(await fixture.methods == ["sendMessage 403"])
            // Also after a restart.
            try await fixture.run(script, printing: expected)
            #expect(await fixture.calls.count == 1)
            // Until the person writes again.
            await fixture.api.block(7, false)
            await fixture.api.enqueueMessage("/start", chat: 7)
            let lines = try await fixture.lines(
                """
                for update in bot:updates() do bot:done(update) break end
                print(bot:send_text(7, "hello").text)
                """)
            #expect(lines == ["hello"])
        }
    }

    @Test func aChatThatIsNotThereIsSaid() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines("print(try(bot.send_text, bot, 99, 'x').message)")
            #expect(lines == ["false\tchat_not_found", "telegram: sendMessage: 400 Bad Request: chat not found"])
        }
    }

    @Test func aGroupThatMovedIsFollowed() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.order(Fault(.migrated(to: -1_005), method: "sendMessage"))
            let lines = try await fixture.lines(
                "print(bot:send_text(-5, 'a').chat.id) task.sleep(1) print(bot:send_text(-5, 'b').chat.id)")
            #expect(lines == ["-1005", "-1005"])
            #expect(await fixture.methods == ["sendMessage 400", "sendMessage", "sendMessage"])
        }
    }

    @Test func aWrongTokenIsSaid() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                bot = telegram.new { token = "999:wrong", base_url = os.getenv "TELEGRAM_BASE_URL", state = false }
                print(try(bot.me, bot).message)
                print((pcall(bot:updates())))
                """)
            try #require(lines.count == 3, "\(lines)")
            #expect(lines[0] == "false\tunauthorized")
            #expect(lines[1].hasPrefix("telegram: getMe: 401 Unauthorized (the token is wrong or was revoked"))
            #expect(lines[2] == "false", "polling goes on with a wrong token")
        }
    }

    @Test(arguments: ["nil", "''", "'abc'", "'123:a/../b'"])
    func aTokenThatIsNoneIsRefused(token: String) async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines("local err = try(telegram.new, { token = \(token) }) print(err.kind)")
            #expect(lines == ["false\tvalidation", "value"])
        }
    }

    static let passing: [Fault.Kind] = [
        .error(500, "Internal Server Error"), .error(502, "Bad Gateway"), .page(503), .cut, .slow(1),
    ]

    @Test(arguments: passing.indices)
    func whatMayPassIsTriedAgain(index: Int) async throws {
        try await BotFixture.with { fixture in
            await fixture.api.order(Fault(Self.passing[index], method: "sendMessage", times: 2))
            try await fixture.run("print(bot:send_text(7, 'hello').text)", printing: ["hello"])
            #expect(await fixture.calls.filter(\.isOK).count == 1)
        }
    }

    @Test func whatDoesNotPassFailsInTime() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.order(Fault(.error(502, "Bad Gateway"), times: 1000))
            let lines = try await fixture.lines(
                """
                local begin = task.now()
                local err = try(bot.send_text, bot, 7, "x")
                print(err.status, err.retryable, task.now() - begin < 15)
                """)
            #expect(lines == ["false\tserver", "502\ttrue\ttrue"])
            // Growing waits: 0.5, 1, 2 seconds within the five.
            #expect((3...5).contains(await fixture.calls.count))
        }
    }

    @Test func aButtonWithTooMuchDataIsRefusedBeforeItIsSent() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                """
                local function ask(data)
                  return { buttons = { { { text = "Yes", data = data } } } }
                end
                print(try(bot.send_text, bot, 7, "?", ask(("я"):rep(33))).message)
                try(bot.call, bot, "sendMessage", { chat_id = 7, text = "?", reply_markup = {
                  inline_keyboard = { { { text = "Yes", callback_data = "" } } } } })
                print(bot:send_text(7, "?", ask(("я"):rep(32))).reply_markup.inline_keyboard[1][1].text)
                """)
            try #require(lines.count == 4, "\(lines)")
            #expect(lines[0] == "false\tvalidation")
            #expect(lines[1] == "telegram: the data of button \"Yes\" has 66 bytes, of 1 to 64: put an id there")
            #expect(lines[2...] == ["false\tvalidation", "Yes"])
            #expect(await fixture.methods == ["sendMessage"])
        }
    }

    @Test func aPressedButtonIsAnswered() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.enqueueCallback("job-1", chat: 7, message: 1)
            let lines = try await fixture.lines(
                """
                for update in bot:updates() do
                  print(update.callback_query.data)
                  print(bot:answer_callback(update.callback_query, "on its way"))
                  print(bot:answer_callback(update.callback_query.id))
                  bot:done(update)
                  break
                end
                """)
            #expect(lines == ["job-1", "true", "false"])
            #expect(await fixture.methods == ["answerCallbackQuery", "answerCallbackQuery 400"])
        }
    }

    @Test func theTokenIsInNoMessage() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.order(Fault(.cut, times: 100))
            let script = "bot.state:save() print(try(bot.send_text, bot, 7, 'x').message) error(try(bot.me, bot), 0)"
            // A server that drops every connection, and a port that nobody listens on.
            for base in [fixture.server.url, "http://127.0.0.1:1"] {
                let run = try await fixture.start(script, baseURL: base, options: ["--verbose"]).ending()
                #expect(run.status == 1)
                #expect(run.errors.contains("sendMessage"), "\(run.errors)")
                #expect(!(run.output + run.errors).contains("test-token"), "\(run.output)\(run.errors)")
            }
            let state = try String(
                contentsOfFile: fixture.project.path + "/.falhost/telegram.json", encoding: .utf8)
            #expect(!state.contains("test-token"))
        }
    }
}
