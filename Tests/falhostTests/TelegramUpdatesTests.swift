import BotAPI
import Foundation
import JSON
import Testing

/// Updates of a bot: in order, each once, none lost, by long polling and from a webhook.
@Suite(.timeLimit(.minutes(5)))
struct TelegramUpdatesTests {
    /// Prints the texts of so many updates and does them.
    private static func take(_ count: Int, options: String = "") -> String {
        """
        local left = \(count)
        for update in bot:updates {\(options)} do
          print(update.message.text)
          bot:done(update)
          left = left - 1
          if left == 0 then break end
        end

        """
    }

    @Test func updatesComeInOrderAndAreConfirmed() async throws {
        try await BotFixture.with { fixture in
            for number in 1...150 { await fixture.api.enqueueMessage("\(number)", chat: 7) }
            let lines = try await fixture.lines(
                Self.take(150, options: #"allowed = { "message" }"#)
                    + "pcall(task.timeout, 1, bot:updates { timeout = 1 })")
            #expect(lines == (1...150).map(String.init))
            #expect(await fixture.api.openUpdates == 0)
            let polls = await fixture.api.sent.filter { $0.method == "getUpdates" }
            try #require(polls.count > 1)
            #expect(polls[0]["allowed_updates"] == ["message"])
            #expect(polls[0]["offset"] == nil && polls[1]["offset"] == 1101 && polls.last?["offset"] == 1151)
        }
    }

    @Test func aPollWaitsForWhatComesLater() async throws {
        try await BotFixture.with { fixture in
            let falhost = try fixture.start(Self.take(1, options: "timeout = 30"))
            while await !fixture.api.isPolled {
                try #require(falhost.isRunning)
                try await Task.sleep(for: .milliseconds(10))
            }
            await fixture.api.enqueueMessage("late", chat: 7)
            let run = try await falhost.ending()
            #expect(run.output == "late\n", "\(run.errors)")
            let polls = await fixture.api.sent.filter { $0.method == "getUpdates" }
            // One, and another for each half a minute that a busy machine keeps the message from being sent.
            #expect(polls.count <= 4, "\(polls)")
        }
    }

    /// The process is killed with an update in hand: at that moment Telegram has forgotten it already.
    @Test func anUpdateThatWasNotDoneComesAgain() async throws {
        try await BotFixture.with { fixture in
            for text in ["one", "two", "three"] { await fixture.api.enqueueMessage(text, chat: 7) }
            let falhost = try fixture.start(
                """
                local taken = {}
                task.spawn(function() task.sleep(2) print "ready" io.stdout:flush() end)
                for update in bot:updates { timeout = 1 } do
                  taken[#taken + 1] = update
                  -- The next poll confirms all three; the second alone is done.
                  if #taken == 3 then bot:done(taken[2]) end
                end
                """)
            try await falhost.wait { falhost.output.contains("ready") }
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            #expect(await fixture.api.openUpdates == 0)
            await fixture.api.enqueueMessage("four", chat: 7)
            try await fixture.run(Self.take(3), printing: ["one", "three", "four"])
            await fixture.api.enqueueMessage("five", chat: 7)
            try await fixture.run(Self.take(1), printing: ["five"])
        }
    }

    @Test func noUpdateComesTwice() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.enqueueMessage("one", chat: 7)
            // The bot ends before a second poll confirms the first: Telegram sends it again.
            try await fixture.run(Self.take(1), printing: ["one"])
            #expect(await fixture.api.openUpdates == 1)
            await fixture.api.enqueueMessage("two", chat: 7)
            // And an answer is lost on the way.
            await fixture.api.order(Fault(.lostAnswer, method: "getUpdates"))
            try await fixture.run(Self.take(1), printing: ["two"])
        }
    }

    @Test func aPollThatIsToldToWaitWaits() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.enqueueMessage("one", chat: 7)
            await fixture.api.order(Fault(.tooManyRequests(retryAfter: 2), method: "getUpdates"))
            let lines = try await fixture.lines(
                "local begin = task.now()\n" + Self.take(1) + "print(task.now() - begin >= 2)")
            #expect(lines == ["one", "true"])
            #expect(await fixture.api.earlyCalls == 0)
        }
    }

    @Test func pollingGoesOnOverFailures() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.enqueueMessage("one", chat: 7)
            for kind in [Fault.Kind.cut, .page(502), .error(500, "Internal Server Error")] {
                await fixture.api.order(Fault(kind, method: "getUpdates"))
            }
            let run = try await fixture.start(Self.take(1)).ending()
            #expect(run.output == "one\n")
            #expect(run.errors.contains("polling goes on"), "\(run.errors)")
            #expect(run.errors.contains("works again"), "\(run.errors)")
        }
    }

    @Test func aWebhookThatIsSetIsSaidAndCanBeDeleted() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.enqueueMessage("one", chat: 7)
            let lines = try await fixture.lines(
                #"""
                print(bot:set_webhook { url = "https://bot.example.com/hook", secret = "s-3_x" })
                print(try(bot:updates()).message)
                print(bot:delete_webhook())
                """# + "\n" + Self.take(1))
            try #require(lines.count == 5, "\(lines)")
            #expect(lines[0...1] == ["true", "false\twebhook"])
            #expect(lines[2].contains("call bot:delete_webhook()"))
            #expect(lines[3...] == ["true", "one"])
            #expect(await fixture.calls.first?.text("secret_token") == "s-3_x")
        }
    }

    @Test func aSecondPollerIsSaid() async throws {
        try await BotFixture.with { fixture in
            await fixture.api.order(
                Fault(
                    .error(
                        409,
                        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
                    ),
                    method: "getUpdates", times: 100))
            let run = try await fixture.start("print(try(bot:updates()).message)").ending()
            #expect(run.output.hasPrefix("false\tconflict\ntelegram: getUpdates: 409 Conflict: terminated"))
            #expect(run.output.contains("stop one of the two"))
            #expect(run.errors.split(separator: "\n").count { $0.contains("polling goes on") } == 1, "\(run.errors)")
        }
    }

    /// Two real ones: Telegram ends the older poll each time.
    @Test func anOlderPollerThatEndsDoesNotMatter() async throws {
        try await BotFixture.with { fixture in
            let first = try fixture.start(Self.take(1, options: "timeout = 50"))
            while await !fixture.api.isPolled {
                try #require(first.isRunning)
                try await Task.sleep(for: .milliseconds(10))
            }
            first.signal(SIGKILL)
            _ = try await first.ending()
            let second = try fixture.start(Self.take(1))
            try await Task.sleep(for: .seconds(1))
            await fixture.api.enqueueMessage("one", chat: 7)
            let run = try await second.ending()
            #expect(run.output == "one\n", "\(run.errors)")
        }
    }

    @Test func aWebhookIsTakenWithItsSecret() async throws {
        try await BotFixture.with { fixture in
            let script = #"""
                local function deliver(id, secret, body)
                  return bot:receive(body or ('{"update_id":%d,"message":{"message_id":1,"text":"t%d","chat":{"id":7}}}')
                    :format(id, id), secret, "expected-secret")
                end
                print(deliver(1, "expected-secret"))
                print(deliver(1, "expected-secret"))
                print(deliver(2, "expected-secreT"))
                print(deliver(2, nil))
                print(deliver(2, "expected-secret", "{"))
                print(deliver(3, "expected-secret"))
                local updates = bot:updates { webhook = true }
                print(deliver(4, "expected-secret"))
                for _ = 1, 3 do
                  local update = updates()
                  print(update.message.text)
                  if update.update_id ~= 1 then bot:done(update) end
                end
                print(select(2, pcall(task.timeout, 0.2, updates)).code)
                """#
            try await fixture.run(
                script,
                printing: [
                    "true", "true", "false\twrong secret token\t401", "false\twrong secret token\t401",
                    "false\tno update\t400",
                    "true", "true", "t1", "t3", "t4", "timeout",
                ])
            // The first was not done.
            let lines = try await fixture.lines(
                "for update in bot:updates { webhook = true } do print(update.message.text) break end")
            #expect(lines == ["t1"])
        }
    }

    @Test(arguments: [
        #"{ url = "http://bot.example.com/", secret = "x" }"#,
        #"{ url = "https://bot.example.com:8080/", secret = "x" }"#,
        #"{ url = "https://bot.example.com/", secret = "a b" }"#,
        #"{ url = "https://bot.example.com/", secret = ("x"):rep(257) }"#,
        #"{ url = "https://bot.example.com/" }"#,
    ])
    func aWebhookThatCannotBeIsRefused(options: String) async throws {
        try await BotFixture.with { fixture in
            try await fixture.run("try(bot.set_webhook, bot, \(options))", printing: ["false\tvalidation"])
            #expect(await fixture.calls.isEmpty)
        }
    }

    @Test func theStateOfAnotherBotIsNotUsed() async throws {
        try await BotFixture.with { fixture in
            try fixture.project.file(".falhost/telegram.json", #"{"bot":"999","offset":5000}"#)
            await fixture.api.enqueueMessage("one", chat: 7)
            let run = try await fixture.start(Self.take(1)).ending()
            #expect(run.output == "one\n")
            #expect(run.errors.contains("is of bot 999"), "\(run.errors)")
        }
    }

    @Test func aStateThatCannotBeReadIsNotReplaced() async throws {
        try await BotFixture.with { fixture in
            let file = try fixture.project.file(".falhost/telegram.json", "{")
            let run = try await fixture.start("print 'not here'").ending()
            #expect(run.status == 1 && run.output.isEmpty)
            #expect(run.errors.contains(".falhost/telegram.json is no state of a bot"), "\(run.errors)")
            let left = try String(contentsOf: file, encoding: .utf8)
            #expect(left == "{")
        }
    }
}
