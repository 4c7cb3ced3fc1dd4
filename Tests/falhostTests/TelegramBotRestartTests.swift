import BotAPI
import Foundation
import Simulator
import Testing

/// The bot that ships, killed and stopped in the middle of its work: no request is lost, none is paid for twice.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TelegramBotRestartTests {
    private static var slow: SimulatorConfiguration {
        var slow = SimulatorConfiguration()
        // Longer than a busy machine takes to see the jobs and to kill who waits for them.
        slow.runTime = .seconds(4)
        return slow
    }

    private static let chats = [7, 8, 9, 10]

    /// Two requests of each chat.
    private func ask(_ fixture: TelegramBotFixture) async {
        for number in 1...2 {
            for chat in Self.chats {
                await fixture.server.api.enqueueMessage("/generate demo-anna picture \(number)", chat: chat)
            }
        }
    }

    private static let expected = chats.flatMap { chat in (1...2).map { "\(chat): ✨ Done! Prompt: picture \($0)" } }
        .sorted()

    @Test func aBotKilledInTheMiddleOfGenerationsDeliversEachPictureAndPaysOnce() async throws {
        try await TelegramBotFixture.with(Self.slow, settings: ["jobs_at_once": "5"]) { fixture in
            let killed = try fixture.start()
            await ask(fixture)
            // Five are at fal, three wait for their turn.
            try await fixture.wait(for: killed, "the jobs") { fixture.simulator.counters()[.stream] >= 5 }
            killed.signal(SIGKILL)
            #expect(try await killed.ending().status == 128 + SIGKILL)
            #expect(await fixture.captions.isEmpty && fixture.simulator.counters().submits == 5)
            let bot = try fixture.start()
            try await fixture.wait(for: bot, "the pictures") { await fixture.captions.count >= 8 }
            try await fixture.wait(for: bot, "the ends") { try fixture.states.allSatisfy { $0 == "delivered" } }
            #expect(await fixture.captions.sorted() == Self.expected)
            #expect(fixture.simulator.counters().submits == 8 && fixture.simulator.counters().cancels == 0)
            let ending = try await fixture.stop(bot)
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(await fixture.server.api.openUpdates == 0)
        }
    }

    @Test func aBotKilledAgainAndAgainPaysForEachRequestOnce() async throws {
        var quick = SimulatorConfiguration()
        quick.runTime = .milliseconds(300)
        try await TelegramBotFixture.with(quick, settings: ["requests_at_once": "50"]) { fixture in
            await ask(fixture)
            var kills = 0
            for _ in 1...40 {
                let bot = try fixture.start()
                // Anywhere: while it starts, submits, waits, delivers.
                try await Task.sleep(for: .milliseconds(Int.random(in: 50...500)))
                bot.signal(SIGKILL)
                _ = try await bot.ending()
                kills += 1
                if await fixture.captions.count >= 8 { break }
            }
            let bot = try fixture.start()
            try await fixture.wait(for: bot, "the pictures") { Set(await fixture.captions).count >= 8 }
            try await fixture.wait(for: bot, "the ends") { try fixture.states.allSatisfy { $0 == "delivered" } }
            #expect(Set(await fixture.captions).sorted() == Self.expected)
            #expect(fixture.simulator.counters().submits == 8, "\(kills) kills")
            try await fixture.stop(bot)
        }
    }

    @Test func sigtermLeavesWhatIsUnderWayAndSaysNothingToAnybody() async throws {
        try await TelegramBotFixture.with(Self.slow) { fixture in
            let first = try fixture.start()
            await ask(fixture)
            try await fixture.wait(for: first, "the jobs") { fixture.simulator.counters()[.stream] >= 8 }
            let calls = await fixture.server.api.sent.count
            let ending = try await fixture.stop(first)
            #expect(ending.status == 0 && ending.errors.contains("the bot stops"), "\(ending.errors)")
            #expect(await fixture.captions.isEmpty)
            let later = await fixture.server.api.sent[calls...].map(\.method)
            #expect(later.allSatisfy { ["getUpdates", "sendMessage", "editMessageText"].contains($0) }, "\(later)")
            #expect(fixture.simulator.counters().cancels == 0)
            #expect(try fixture.states == Array(repeating: "accepted", count: 8))
            let bot = try fixture.start()
            try await fixture.wait(for: bot, "the pictures") { await fixture.captions.count >= 8 }
            #expect(await fixture.captions.sorted() == Self.expected)
            #expect(fixture.simulator.counters().submits == 8)
            try await fixture.stop(bot)
        }
    }

    @Test func aPictureThatTelegramTookIsNotSentAgain() async throws {
        try await TelegramBotFixture.with { fixture in
            // The bot waits at its last message, behind the picture.
            await fixture.server.api.order(.init(.slow(20), method: "deleteMessage"))
            let killed = try fixture.start()
            await fixture.server.api.enqueueMessage("/generate demo-anna one", chat: 7)
            try await fixture.wait(for: killed, "the picture") { try fixture.states == ["delivered"] }
            killed.signal(SIGKILL)
            _ = try await killed.ending()
            // As if it had been killed between Telegram's answer and its own note of it.
            let file = fixture.folder.url.appendingPathComponent(".falhost/telegram/requests/1001.json")
            let text = try String(contentsOf: file, encoding: .utf8).replacing("\"delivered\"", with: "\"made\"")
            try Data(text.utf8).write(to: file)
            let bot = try fixture.start()
            try await fixture.wait(for: bot, "the end") { try fixture.states == ["delivered"] }
            try await fixture.stop(bot)
            #expect(await fixture.captions.count == 1 && fixture.simulator.counters().submits == 1)
        }
    }
}
