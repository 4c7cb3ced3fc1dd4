import BotAPI
import Foundation
import JSON
import Testing

/// A project with the bot library, and a Bot API for its scripts.
struct BotFixture {
    let server: BotAPIServer
    let project: TemporaryFolder

    /// Runs `test` with a server in which the chat 7 (a person) and the chat -5 (a group) exist.
    static func with(_ test: (BotFixture) async throws -> Void) async throws {
        let server = try await BotAPIServer.start()
        await server.api.addChat(7)
        await server.api.addChat(-5)
        do {
            try await test(BotFixture(server: server, project: try TemporaryFolder.project()))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    var api: BotAPI { server.api }

    /// The modules that scripts use, and `bot`, which gives up after five seconds of trying.
    private static let beginning = """
        local telegram, task, log = require "telegram", require "task", require "log"
        local bot = telegram.new {
          token = os.getenv "TELEGRAM_BOT_TOKEN", base_url = os.getenv "TELEGRAM_BASE_URL", patience = 5,
        }
        local function try(fn, ...)
          local ok, err = pcall(fn, ...)
          print(ok, type(err) == "table" and (err.reason or err.code) or err)
          return err
        end

        """

    /// Starts a script; its folder, where `.falhost/telegram.json` is, is the project's.
    func start(_ script: String, baseURL: String? = nil, options: [String] = []) throws -> RunningFalhost {
        let file = try project.file("scripts/bot.lua", Self.beginning + script)
        return try RunningFalhost(
            options + [file.path],
            environment: ["TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_BASE_URL": baseURL ?? server.url],
            folder: project.url, seconds: 60)
    }

    /// Runs a script to its end and gives the lines that it prints; a script that fails is an issue.
    func lines(_ script: String, location: SourceLocation = #_sourceLocation) async throws -> [String] {
        let run = try await start(script).ending()
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        return run.output.split(separator: "\n").map(String.init)
    }

    /// Runs a script to its end, which is to print these lines.
    func run(_ script: String, printing expected: [String], location: SourceLocation = #_sourceLocation) async throws {
        let lines = try await lines(script, location: location)
        #expect(lines == expected, sourceLocation: location)
    }

    /// What came, without getUpdates.
    var calls: [SentCall] {
        get async { await api.sent.filter { $0.method != "getUpdates" } }
    }

    /// `method` or, when it failed, `method status`, of each call.
    var methods: [String] {
        get async { await calls.map { $0.isOK ? $0.method : "\($0.method) \($0.status)" } }
    }

    /// The head of a PNG with this size, and bytes behind it.
    static func picture(_ width: Int = 64, _ height: Int = 64, bytes count: Int = 100) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        let head: [UInt8] =
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + number(13) + Array("IHDR".utf8) + number(width)
            + number(height)
        return head + [UInt8](repeating: 0, count: max(count - head.count, 0))
    }

    /// Serves a picture and gives its URL.
    func host(_ name: String, _ bytes: [UInt8] = picture()) async -> String {
        await api.host(name, bytes)
        return "\(server.url)/pictures/\(name)"
    }
}
