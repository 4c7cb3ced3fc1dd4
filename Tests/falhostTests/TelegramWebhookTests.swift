import BotAPI
import Foundation
import JSON
import Simulator
import Testing

/// The bot that ships, with updates by webhook: over real sockets, killed in its middle, and with deliveries that are
/// none of Telegram's.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TelegramWebhookTests {
    /// A bot that listens, and where.
    private struct Listening {
        let fixture: TelegramBotFixture
        let port: Int

        var poster: Poster { Poster(port: port) }

        /// Starts a bot and waits until it has told Telegram.
        func start() async throws -> RunningFalhost {
            let before = await fixture.calls("setWebhook").count
            let bot = try fixture.start(port: port)
            try await fixture.wait(for: bot, "the webhook") { await fixture.calls("setWebhook").count > before }
            return bot
        }
    }

    /// Posts updates as Telegram does, and as others may.
    private struct Poster: Sendable {
        let port: Int

        func address(_ path: String = "/telegram") throws -> URL {
            try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
        }

        /// The answer to an update that somebody posts; a message of chat 7 unless it is another body.
        func post(_ id: Int, _ text: String = "", secret: String? = TelegramBotFixture.webhookSecret) async throws
            -> Int
        {
            let message: JSONValue = [
                "message_id": .integer(Int64(id)), "date": 1_700_000_000, "text": .string(text),
                "chat": ["id": 7, "type": "private"], "from": ["id": 7, "is_bot": false, "first_name": "Person 7"],
            ]
            let update: JSONValue = ["update_id": .integer(Int64(id)), "message": message]
            return await BotAPI.post(update, to: try address(), secret: secret)
        }
    }

    private func listening(
        _ configuration: SimulatorConfiguration = .init(), settings: [String: String] = [:],
        _ test: (Listening, TelegramBotFixture) async throws -> Void
    ) async throws {
        try await TelegramBotFixture.with(configuration, settings: settings) { fixture in
            let listening = Listening(fixture: fixture, port: try LoopbackSocket.freePort())
            await fixture.server.api.addChat(7)
            try await fixture.server.api.deliver(to: listening.poster.address())
            try await test(listening, fixture)
        }
    }

    /// Waits without keeping the thread: the servers are in this process.
    private func ending(_ bot: RunningFalhost) async throws -> FalhostProcess {
        while bot.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        return try await bot.ending()
    }

    @Test func aRequestInAChatEndsInAPicture() async throws {
        try await listening { listening, fixture in
            await fixture.server.api.enqueueMessage("/generate demo-anna by the sea", chat: 7)
            let bot = try await listening.start()
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 1 }
            await fixture.server.api.enqueueMessage("/generate demo-anna by the lake", chat: 7)
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 2 }
            #expect(
                await fixture.captions == ["7: ✨ Done! Prompt: by the sea", "7: ✨ Done! Prompt: by the lake"])
            #expect(await fixture.server.api.deliveries.map(\.update) == [1001, 1002])
            #expect(await fixture.server.api.deliveries.allSatisfy { $0.status == 200 })
            let call = try #require(await fixture.calls("setWebhook").first)
            #expect(call.text("url") == "https://bot.example.com/telegram")
            #expect(call.text("secret_token") == TelegramBotFixture.webhookSecret)
            #expect(call["allowed_updates"] == ["message", "callback_query"])
            #expect(await fixture.calls("getUpdates").isEmpty)
            let ending = try await fixture.stop(bot)
            #expect(ending.status == 0 && ending.errors.contains("updates are brought"), "\(ending.errors)")
            #expect(!ending.errors.contains(TelegramBotFixture.webhookSecret))
            #expect(fixture.simulator.counters().submits == 2)
            // What comes while it is away is brought later.
            #expect(await fixture.calls("deleteWebhook").isEmpty)
        }
    }

    @Test func anUpdateThatIsBroughtTwiceIsTakenOnce() async throws {
        try await listening { listening, fixture in
            let first = try await listening.start()
            let poster = listening.poster
            async let one = poster.post(77, "/generate demo-anna once")
            async let two = poster.post(77, "/generate demo-anna once")
            #expect(try await [one, two] == [200, 200])
            try await fixture.wait(for: first, "the picture") { await fixture.captions.count == 1 }
            #expect(try await listening.poster.post(77, "/generate demo-anna once") == 200)
            try await fixture.stop(first)
            let second = try await listening.start()
            #expect(try await listening.poster.post(77, "/generate demo-anna once") == 200)
            #expect(try await listening.poster.post(78, "/generate demo-anna another") == 200)
            try await fixture.wait(for: second, "the picture") { await fixture.captions.count == 2 }
            try await fixture.stop(second)
            #expect(await fixture.captions == ["7: ✨ Done! Prompt: once", "7: ✨ Done! Prompt: another"])
            #expect(fixture.simulator.counters().submits == 2)
        }
    }

    @Test func whatIsNotTelegramsIsRefused() async throws {
        try await listening { listening, fixture in
            let bot = try await listening.start()
            for secret in [nil, "", "s3cret-_tokeN", "s3cret-_token1"] {
                #expect(try await listening.poster.post(5, "/generate demo-anna stolen", secret: secret) == 401)
            }
            let secret = TelegramBotFixture.webhookSecret
            for body: JSONValue in [[], ["update_id": "5"], ["update_id": 5.5], ["message": [:]], "text"] {
                #expect(try await BotAPI.post(body, to: listening.poster.address(), secret: secret) == 400)
            }
            let get = try LoopbackSocket(port: listening.port).exchange("GET", "/telegram")
            #expect(get.hasPrefix("HTTP/1.1 405 "))
            // The id of the stolen one is still free.
            #expect(try await listening.poster.post(5, "/generate demo-anna right") == 200)
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 1 }
            try await fixture.stop(bot)
            #expect(await fixture.captions == ["7: ✨ Done! Prompt: right"])
            #expect(fixture.simulator.counters().submits == 1)
            #expect(await fixture.calls("sendPhoto").count == 1)
        }
    }

    @Test func aBotKilledInTheMiddleOfAGenerationDeliversItOnce() async throws {
        var slow = SimulatorConfiguration()
        slow.runTime = .seconds(4)
        try await listening(slow) { listening, fixture in
            let killed = try await listening.start()
            await fixture.server.api.enqueueMessage("/generate demo-anna by the sea", chat: 7)
            try await fixture.wait(for: killed, "the job") { fixture.simulator.counters()[.stream] >= 1 }
            killed.signal(SIGKILL)
            _ = try await killed.ending()
            // Nobody listens: Telegram tries again and again.
            await fixture.server.api.enqueueMessage("/generate demo-anna by the lake", chat: 7)
            let bot = try await listening.start()
            // And brings the first anew.
            #expect(try await listening.poster.post(1001, "/generate demo-anna by the sea") == 200)
            try await fixture.wait(for: bot, "the pictures") { await fixture.captions.count == 2 }
            try await fixture.wait(for: bot, "the ends") { try fixture.states == ["delivered", "delivered"] }
            #expect(
                await fixture.captions.sorted() == ["7: ✨ Done! Prompt: by the lake", "7: ✨ Done! Prompt: by the sea"])
            #expect(fixture.simulator.counters().submits == 2)
            try await fixture.stop(bot)
        }
    }

    @Test func aBotKilledAgainAndAgainLosesNothingAndPaysOnce() async throws {
        var quick = SimulatorConfiguration()
        quick.runTime = .milliseconds(300)
        try await listening(quick, settings: ["requests_at_once": "50"]) { listening, fixture in
            for number in 1...6 {
                await fixture.server.api.enqueueMessage("/generate demo-anna picture \(number)", chat: 7)
            }
            for _ in 1...25 {
                let bot = try fixture.start(port: listening.port)
                // Anywhere: while it starts, takes, submits, delivers.
                try await Task.sleep(for: .milliseconds(Int.random(in: 100...700)))
                bot.signal(SIGKILL)
                _ = try await bot.ending()
                if await fixture.captions.count >= 6 { break }
            }
            let bot = try await listening.start()
            try await fixture.wait(for: bot, "the pictures") { Set(await fixture.captions).count >= 6 }
            try await fixture.wait(for: bot, "the ends") { try fixture.states.allSatisfy { $0 == "delivered" } }
            #expect(Set(await fixture.captions) == Set((1...6).map { "7: ✨ Done! Prompt: picture \($0)" }))
            #expect(fixture.simulator.counters().submits == 6)
            #expect(await fixture.server.api.openUpdates == 0)
            try await fixture.stop(bot)
        }
    }

    @Test func aBotThatPollsAgainDeletesTheWebhook() async throws {
        try await listening { listening, fixture in
            try await fixture.stop(try await listening.start())
            await fixture.server.api.deliver(to: nil)
            await fixture.server.api.enqueueMessage("/generate demo-anna by the sea", chat: 7)
            let bot = try fixture.start()
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 1 }
            let ending = try await fixture.stop(bot)
            #expect(ending.status == 0 && ending.errors.contains("a webhook is set: it is deleted"), "\(ending.errors)")
            #expect(await fixture.calls("deleteWebhook").count == 1)
        }
    }

    /// An update that cannot be written down was not taken: Telegram brings it again.
    @Test func anUpdateThatIsNotOnTheDiskIsNotTaken() async throws {
        try await listening { listening, fixture in
            let bot = try await listening.start()
            let state = fixture.folder.path + "/.falhost/telegram/telegram.json"
            #expect(try await listening.poster.post(1, "/help") == 200)
            try await fixture.wait(for: bot, "the help") { await fixture.texts(7).count == 1 }
            try FileManager.default.removeItem(atPath: state)
            // A folder in its place: no file can replace it.
            try FileManager.default.createDirectory(atPath: state + "/x", withIntermediateDirectories: true)
            #expect(try await listening.poster.post(2, "/generate demo-anna by the sea") == 500)
            #expect(try await listening.poster.post(2, "/generate demo-anna by the sea") == 500)
            try FileManager.default.removeItem(atPath: state)
            #expect(try await listening.poster.post(2, "/generate demo-anna by the sea") == 200)
            try await fixture.wait(for: bot, "the picture") { await fixture.captions.count == 1 }
            try await fixture.stop(bot)
            #expect(fixture.simulator.counters().submits == 1)
        }
    }

    @Test(arguments: [
        (["TELEGRAM_WEBHOOK_SECRET": ""], "TELEGRAM_WEBHOOK_SECRET is not set"),
        (["TELEGRAM_WEBHOOK_SECRET": "a b"], "a webhook's secret is 1 to 256 of"),
        (["TELEGRAM_WEBHOOK_URL": "http://bot.example.com/"], "a webhook's url begins with https://"),
    ])
    func aWebhookThatCannotBeIsSaid(environment: [String: String], message: String) async throws {
        try await listening { listening, fixture in
            let run = try await ending(try fixture.start(port: listening.port, environment))
            #expect(run.status == 1 && run.errors.contains(message), "\(run.errors)")
            #expect(await fixture.calls("setWebhook").isEmpty)
        }
    }

    @Test func theSettingsMayNameTheWebhook() async throws {
        let webhook = #"{ url = "https://bot.example.com/here", path = "/here", secret = "from_file" }"#
        try await listening(settings: ["webhook": webhook]) { listening, fixture in
            let environment = ["TELEGRAM_WEBHOOK_URL": "", "TELEGRAM_WEBHOOK_SECRET": ""]
            let bot = try fixture.start(port: listening.port, environment)
            try await fixture.wait(for: bot, "the webhook") { await fixture.calls("setWebhook").count == 1 }
            let call = await fixture.calls("setWebhook").first
            #expect(call?.text("url") == "https://bot.example.com/here" && call?.text("secret_token") == "from_file")
            let here = try listening.poster.address("/here")
            #expect(await BotAPI.post(["update_id": 1], to: here, secret: "from_file") == 200)
            #expect(try await BotAPI.post(["update_id": 2], to: listening.poster.address(), secret: "from_file") == 404)
            try await fixture.stop(bot)
            // Without a server beside it.
            let alone = try await ending(try fixture.start())
            #expect(alone.status == 1 && alone.errors.contains("start it with falhost serve"), "\(alone.errors)")
        }
    }
}
