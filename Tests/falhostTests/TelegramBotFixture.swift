import BotAPI
import Foundation
import JSON
import Simulator
import Testing

/// A project with the demo avatars, a simulator, a Bot API, and the bot that ships.
struct TelegramBotFixture {
    let folder: TemporaryFolder
    let simulator: Simulator
    let server: BotAPIServer

    static func with(
        _ configuration: SimulatorConfiguration = .init(), faults: [String] = [], settings: [String: String] = [:],
        _ test: (TelegramBotFixture) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder.project()
        let demo = folder.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: folder.url).status == 0)
        let server = try await BotAPIServer.start()
        do {
            try await withSimulator(configuration, faults: faults) { simulator in
                let fixture = TelegramBotFixture(folder: folder, simulator: simulator, server: server)
                try fixture.set(settings)
                try await test(fixture)
            }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Writes the settings that ship with some of them changed.
    private func set(_ values: [String: String]) throws {
        let file = folder.url.appendingPathComponent("scripts/telegram_bot_settings.lua")
        var text = try String(contentsOf: file, encoding: .utf8)
        for (name, value) in values {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.contains { $0.hasPrefix("  \(name) = ") }, "\(name) is no setting")
            text = lines.map { $0.hasPrefix("  \(name) = ") ? "  \(name) = \(value)," : String($0) }.joined(
                separator: "\n")
        }
        try Data(text.utf8).write(to: file)
    }

    func start() throws -> RunningFalhost { try start([], [:]) }

    /// Starts the bot with updates by webhook, which come to that port.
    func start(port: Int, _ environment: [String: String] = [:]) throws -> RunningFalhost {
        try start(
            ["serve", "--webhook-port", "\(port)"],
            [
                "TELEGRAM_WEBHOOK_URL": "https://bot.example.com/telegram",
                "TELEGRAM_WEBHOOK_SECRET": Self.webhookSecret,
            ].merging(environment) { $1 })
    }

    static let webhookSecret = "s3cret-_token"

    private func start(_ words: [String], _ more: [String: String]) throws -> RunningFalhost {
        let own = ["TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url]
        let environment = [simulator.environment(), own, more].reduce([:]) { $0.merging($1) { $1 } }
        return try RunningFalhost(
            words + ["scripts/telegram_bot.lua"], environment: environment, folder: folder.url, seconds: 120)
    }

    /// Ends the bot, as the service manager does.
    @discardableResult
    func stop(_ bot: RunningFalhost) async throws -> FalhostProcess {
        bot.signal(SIGTERM)
        return try await bot.ending()
    }

    /// The calls with a method that Telegram took, oldest first.
    func calls(_ methods: String...) async -> [SentCall] {
        await server.api.sent.filter { methods.contains($0.method) && $0.isOK }
    }

    /// The texts that a chat got, and those that its messages were changed into.
    func texts(_ chat: Int) async -> [String] {
        await calls("sendMessage", "editMessageText").filter { $0["chat_id"]?.integerValue == Int64(chat) }
            .compactMap { $0["text"]?.stringValue }
    }

    /// The captions of the pictures that came, with their chats: `7: ✨ Done! Prompt: …`.
    var captions: [String] {
        get async {
            await calls("sendPhoto", "sendDocument").map { call in
                "\(call.text("chat_id") ?? ""): \(call.text("caption") ?? "")"
            }
        }
    }

    /// Looks again and again until the condition holds.
    func wait(
        for bot: RunningFalhost, _ what: String, _ condition: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            let complaint = try await bot.complaint()
            try #require(bot.isRunning && .now < end, "\(what) did not come: \(complaint)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The states of the requests on the disk.
    var states: [String] {
        get throws {
            let requests = folder.url.appendingPathComponent(".falhost/telegram/requests")
            guard FileManager.default.fileExists(atPath: requests.path) else { return [] }
            let files = try FileManager.default.contentsOfDirectory(at: requests, includingPropertiesForKeys: nil)
            return try files.filter { $0.pathExtension == "json" }.map { file in
                try JSONValue(parsing: String(contentsOf: file, encoding: .utf8))["state"]?.stringValue ?? ""
            }.sorted()
        }
    }
}

extension RunningFalhost {
    /// What a bot that ended wrote to standard error.
    fileprivate func complaint() async throws -> String { await isRunning ? "the bot runs" : try ending().errors }
}
