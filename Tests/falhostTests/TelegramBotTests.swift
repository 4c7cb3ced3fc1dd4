import BotAPI
import Foundation
import JSON
import Simulator
import Testing

/// The bot that ships, with the simulator and a Bot API on loopback.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TelegramBotTests {
    @Test func aPictureIsMadeAndDeliveredInTheLanguageOfItsUser() async throws {
        try await TelegramBotFixture.with { fixture in
            let bot = try fixture.start()
            await fixture.server.api.enqueueMessage("/start", chat: 7, language: "en")
            await fixture.server.api.enqueueMessage("/help@falhost_test_bot", chat: 8, language: "ru-RU")
            await fixture.server.api.enqueueMessage("/generate Anna by the sea", chat: 7, language: "en")
            await fixture.server.api.enqueueMessage("/generate demo-noir у моря", chat: 8, language: "ru")
            try await fixture.wait(for: bot, "the pictures") { await fixture.captions.count == 2 }
            #expect(
                await fixture.captions.sorted() == ["7: ✨ Done! Prompt: by the sea", "8: ✨ Готово! Промпт: у моря"])
            #expect(await fixture.texts(7).contains { $0.hasPrefix("I draw avatars.") })
            #expect(await fixture.texts(8).contains { $0.hasPrefix("Я рисую аватары.") })
            let picture = try #require(await fixture.calls("sendPhoto").first)
            #expect(picture["reply_parameters"]?["message_id"]?.integerValue != nil)
            let run = try await fixture.stop(bot)
            #expect(run.status == 0, "\(run.errors)")
            #expect(!run.errors.contains("test-token") && !run.output.contains("test-token"))
            let jobs = try await FalhostProcess.run("jobs", "list", "--json", folder: fixture.folder.url).output
            #expect(jobs.contains("tg-123456-1003") && jobs.contains("tg-123456-1004"), "\(jobs)")
        }
    }

    @Test func aRequestOfSeveralPicturesComesAsAnAlbum() async throws {
        try await TelegramBotFixture.with { fixture in
            let bot = try fixture.start()
            await fixture.server.api.enqueueMessage("/preset fast 3", chat: 7)
            await fixture.server.api.enqueueMessage("/generate demo-anna three of them", chat: 7)
            try await fixture.wait(for: bot, "the album") { await !fixture.calls("sendMediaGroup").isEmpty }
            let sent = await fixture.calls("sendMediaGroup")
            let album = try #require(sent.first?["media"]?.arrayValue)
            #expect(album.count == 3 && album[0]["caption"]?.stringValue == "✨ Done! Prompt: three of them")
            #expect(await fixture.texts(7).contains("Preset: fast, pictures: 3"))
            #expect(fixture.simulator.counters().submits == 1)
            try await fixture.stop(bot)
        }
    }

    @Test func placeAndProgressAreShownInOneMessage() async throws {
        var slow = SimulatorConfiguration()
        (slow.runTime, slow.maximumRunning) = (.seconds(5), 1)
        try await TelegramBotFixture.with(slow) { fixture in
            let bot = try fixture.start()
            for chat in 7...8 { await fixture.server.api.enqueueMessage("/generate demo-anna x", chat: chat) }
            try await fixture.wait(for: bot, "the pictures") { await fixture.captions.count == 2 }
            let texts = await fixture.texts(7) + fixture.texts(8)
            #expect(texts.contains { $0.contains("in the queue, ") }, "\(texts)")
            #expect(texts.contains { $0.contains("is being drawn") }, "\(texts)")
            try await fixture.wait(for: bot, "the ends") { await fixture.calls("deleteMessage").count == 2 }
            #expect(await fixture.calls("sendMessage").count == 2)
            try await fixture.stop(bot)
        }
    }

    @Test func cancellingEndsTheJobAtFal() async throws {
        try await TelegramBotFixture.with(faults: ["job:endless:times=2"]) { fixture in
            let bot = try fixture.start()
            await fixture.server.api.enqueueMessage("/generate demo-anna one", chat: 7)
            let two = await fixture.server.api.enqueueMessage("/generate demo-anna two", chat: 7)
            try await fixture.wait(for: bot, "the jobs") { fixture.simulator.counters()[.stream] >= 2 }
            // Of somebody else: nothing comes of it.
            await fixture.server.api.enqueueCallback("cancel:\(two)", chat: 8, message: 1)
            await fixture.server.api.enqueueCallback("cancel:\(two)", chat: 7, message: 1)
            try await fixture.wait(for: bot, "the end of one") { try fixture.states == ["accepted", "cancelled"] }
            await fixture.server.api.enqueueMessage("/cancel", chat: 7)
            try await fixture.wait(for: bot, "both ends") { try fixture.states == ["cancelled", "cancelled"] }
            #expect(fixture.simulator.counters().cancels == 2)
            try await fixture.wait(for: bot, "the words") {
                Set(await fixture.texts(7)).isSuperset(of: ["Cancelled: one", "Cancelled: two"])
            }
            #expect(await fixture.calls("answerCallbackQuery").count == 2)
            #expect(await fixture.captions.isEmpty)
            await fixture.server.api.enqueueMessage("/cancel", chat: 7)
            try await fixture.wait(for: bot, "the answer") {
                await fixture.texts(7).contains("Nothing of yours is under way.")
            }
            try await fixture.stop(bot)
        }
    }

    @Test func limitsAndTheListOfUsersHold() async throws {
        let settings = [
            "users": "{ 7, 8 }", "admins": "{ 9 }", "requests_at_once": "1", "pictures_per_day": "2",
            "dollars_per_day": "1",
        ]
        var slow = SimulatorConfiguration()
        slow.runTime = .seconds(2)
        try await TelegramBotFixture.with(slow, settings: settings) { fixture in
            let bot = try fixture.start()
            let api = fixture.server.api
            await api.enqueueMessage("/generate demo-anna a", chat: 6)
            await api.enqueueMessage("/generate demo-anna b", chat: 7)
            await api.enqueueMessage("/generate demo-anna c", chat: 7)
            for prompt in ["d", "e", "f"] { await api.enqueueMessage("/generate demo-anna \(prompt)", chat: 9) }
            try await fixture.wait(for: bot, "the pictures") { await fixture.captions.count == 4 }
            await api.enqueueMessage("/preset fast 2", chat: 7)
            await api.enqueueMessage("/generate demo-anna g", chat: 7)
            await api.enqueueMessage("/status", chat: 7)
            await api.enqueueMessage("/status", chat: 9)
            try await fixture.wait(for: bot, "the refusals") {
                await fixture.texts(7).contains { $0.hasPrefix("That would be 3 pictures today, and you may have 2.") }
            }
            let refused = "This bot is not open to you. Your id is 6: its owner can add it."
            #expect(await fixture.texts(6) == [refused])
            #expect(await fixture.texts(7).contains { $0.hasPrefix("You have 1 request(s) under way") })
            try await fixture.wait(for: bot, "the states") {
                await fixture.texts(7).contains { $0.contains("Today: 1 of 2 pictures, $0.07 of $1.00") }
            }
            try await fixture.wait(for: bot, "the admin's state") {
                await fixture.texts(9).contains {
                    $0.contains("3 of any number pictures") && $0.contains("Today: 4 jobs")
                }
            }
            #expect(fixture.simulator.counters().submits == 4)
            try await fixture.stop(bot)
        }
    }

    @Test func whatFailsIsToldInPlainWordsAndToAdmins() async throws {
        let faults = ["job:failed"]
        try await TelegramBotFixture.with(faults: faults, settings: ["admins": "{ 9 }", "retries": "0"]) { fixture in
            let bot = try fixture.start()
            await fixture.server.api.enqueueMessage("hello", chat: 9)
            await fixture.server.api.enqueueMessage("/generate demo-anna x", chat: 7, language: "ru")
            try await fixture.wait(for: bot, "the words") {
                await fixture.texts(7).contains { $0.hasPrefix("❌ Не удалось сгенерировать изображение: ") }
            }
            try await fixture.wait(for: bot, "the notice") {
                await fixture.texts(9).contains { $0.hasPrefix("⚠️ Request 1002 of user 7: ") }
            }
            #expect(try fixture.states == ["failed"] && fixture.simulator.counters().submits == 1)
            try await fixture.stop(bot)
        }
    }

    @Test func aPassingFailureIsTriedAnew() async throws {
        try await TelegramBotFixture.with(faults: ["job:failed"], settings: ["retries": "2"]) {
            fixture in
            let bot = try fixture.start()
            await fixture.server.api.enqueueMessage("/generate demo-anna x", chat: 7)
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 1 }
            #expect(fixture.simulator.counters().submits == 2)
            try await fixture.stop(bot)
        }
    }

    @Test func adminsHearOfABrokenPresetAndThatItIsWellAgain() async throws {
        try await TelegramBotFixture.with(settings: ["admins": "{ 9 }", "watch_seconds": "0.2"]) { fixture in
            await fixture.server.api.addChat(9)
            let bot = try fixture.start()
            await fixture.server.api.enqueueMessage("/generate demo-anna x", chat: 9)
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 1 }
            let file = fixture.folder.url.appendingPathComponent("presets/fast.lua")
            let well = try Data(contentsOf: file)
            try fixture.folder.file("presets/fast.lua", "return { guidance_scale = }")
            try await fixture.wait(for: bot, "the notice") {
                await fixture.texts(9).contains { $0.hasPrefix("⚠️ presets/fast.lua:1: ") }
            }
            try well.write(to: file)
            try await fixture.wait(for: bot, "the good news") {
                await fixture.texts(9).contains("✅ Presets and rules are in order again.")
            }
            #expect(await fixture.texts(9).count { $0.hasPrefix("⚠️") } == 1)
            try await fixture.stop(bot)
        }
    }

    @Test func avatarsAndPresetsAreChosenByButtons() async throws {
        try await TelegramBotFixture.with { fixture in
            let bot = try fixture.start()
            let api = fixture.server.api
            await api.enqueueMessage("/generate by the sea", chat: 7)
            try await fixture.wait(for: bot, "the question") {
                await fixture.texts(7).contains { $0.hasPrefix("Whom shall I draw?") }
            }
            await api.enqueueCallback("avatar:demo-noir", chat: 7, message: 2)
            await api.enqueueCallback("preset:fast", chat: 7, message: 2)
            await api.enqueueCallback("nonsense", chat: 7, message: 2)
            await api.enqueueMessage("/generate by the sea", chat: 7)
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 1 }
            try await fixture.wait(for: bot, "the answers") { await fixture.calls("answerCallbackQuery").count == 3 }
            let answers = await fixture.calls("answerCallbackQuery").map { $0.text("text") ?? "" }
            #expect(Set(answers) == ["Avatar: Noir", "Preset: fast, pictures: 1", ""])
            let job = try await FalhostProcess.run("jobs", "list", "--json", folder: fixture.folder.url).output
            #expect(job.contains("demo-noir") && job.contains("\"fast\""), "\(job)")
            try await fixture.stop(bot)
        }
    }

    @Test func settingsThatAreWrongAreSaidInOneLine() async throws {
        try await TelegramBotFixture.with { fixture in
            func run(_ text: String, token: String? = "1:a") async throws -> FalhostProcess {
                let file = try fixture.folder.file("mine.lua", text)
                return try await FalhostProcess.run(
                    ["scripts/telegram_bot.lua", file.path],
                    environment: token.map { ["TELEGRAM_BOT_TOKEN": $0] } ?? [:], folder: fixture.folder.url)
            }
            #expect(try await run("return { user = 1 }").errors.contains("mine.lua: unknown setting user"))
            #expect(try await run("return { users = 1 }").errors.contains("mine.lua: users is a list of ids or a word"))
            #expect(
                try await run("return { keep_days = 0 }").errors.contains("mine.lua: keep_days is more than 0, got 0"))
            #expect(try await run("return {}").errors.contains(" is missing"))
            #expect(try await run("return {").status == 1)
            let settings = try String(
                contentsOf: fixture.folder.url.appendingPathComponent("scripts/telegram_bot_settings.lua"),
                encoding: .utf8)
            #expect(try await run(settings, token: nil).errors.contains("TELEGRAM_BOT_TOKEN is not set"))
        }
    }
}
