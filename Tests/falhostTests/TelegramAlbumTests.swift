import BotAPI
import Foundation
import JSON
import Testing

/// Albums of 2 to 10 pictures. https://core.telegram.org/bots/api#sendmediagroup
@Suite(.timeLimit(.minutes(5)))
struct TelegramAlbumTests {
    private static func urls(_ count: Int, _ fixture: BotFixture) async -> [String] {
        var urls: [String] = []
        for number in 1...count {
            urls.append(await fixture.host("\(number).png", BotFixture.picture(bytes: 100 + number)))
        }
        return urls
    }

    private static func send(_ urls: [String], options: String = "nil") -> String {
        let list = urls.map { "'\($0)'" }.joined(separator: ", ")
        return "print(#bot:send_album(7, { \(list) }, 'a <b>caption</b>', \(options)))\n"
    }

    private func media(_ call: SentCall) throws -> [JSONValue] {
        if let list = call["media"]?.arrayValue { return list }
        return try JSONValue(parsing: try #require(call.text("media"))).arrayValue ?? []
    }

    @Test func elevenPicturesAreTwoAlbumsWithOneCaption() async throws {
        try await BotFixture.with { fixture in
            let urls = await Self.urls(11, fixture)
            try await fixture.run(Self.send(urls, options: "{ parse_mode = 'HTML' }"), printing: ["11"])
            let calls = await fixture.calls
            #expect(calls.map(\.method) == ["sendMediaGroup", "sendMediaGroup"])
            try #require(calls.count == 2)
            let items = try calls.map(media)
            #expect(items.map(\.count) == [6, 5])
            #expect(items.joined().compactMap { $0["media"]?.stringValue } == urls)
            #expect(items.joined().compactMap { $0["caption"]?.stringValue } == ["a <b>caption</b>"])
            // An album of six is six messages to its chat.
            #expect(calls[1].time - calls[0].time > .seconds(5))
            // Sent again, by what Telegram has.
            try await fixture.run(Self.send(Array(urls[0..<2])), printing: ["2"])
            let again = try #require(await fixture.calls.last)
            let known = try media(again)
            #expect(known.compactMap { $0["media"]?.stringValue } == ["file-1", "file-2"])
        }
    }

    @Test func onePictureIsNoAlbum() async throws {
        try await BotFixture.with { fixture in
            let urls = await Self.urls(1, fixture)
            try await fixture.run(Self.send(urls), printing: ["1"])
            #expect(await fixture.methods == ["sendPhoto"])
        }
    }

    @Test func anAlbumOfURLsThatTelegramCannotReachIsUploaded() async throws {
        try await BotFixture.with { fixture in
            let urls = await Self.urls(3, fixture)
            await fixture.api.order(
                Fault(
                    .error(
                        400,
                        "Bad Request: failed to send message #2 with the error message \"Failed to get HTTP URL content\""
                    )))
            try await fixture.run(Self.send(urls), printing: ["3"])
            let calls = await fixture.calls
            try #require(calls.map(\.status) == [400, 200])
            #expect(calls[1].call.files.values.map(\.bytes.count).sorted() == [101, 102, 103])
            let items = try media(calls[1])
            #expect(items.count == 3)
        }
    }

    @Test func aPictureThatSpoilsItsAlbumGoesByItself() async throws {
        try await BotFixture.with { fixture in
            var urls = await Self.urls(2, fixture)
            urls.append(await fixture.host("wide.png", BotFixture.picture(2100, 100)))
            try await fixture.run(Self.send(urls), printing: ["3"])
            #expect(
                await fixture.methods == [
                    "sendMediaGroup 400", "sendMediaGroup 400", "sendPhoto", "sendPhoto", "sendPhoto 400",
                    "sendPhoto 400", "sendDocument",
                ])
        }
    }

    @Test func aPictureThatIsKnownToBeADocumentFollowsTheAlbum() async throws {
        try await BotFixture.with { fixture in
            let urls = await Self.urls(2, fixture)
            let wide = await fixture.host("wide.png", BotFixture.picture(2100, 100))
            let lines = try await fixture.lines(
                """
                print(#bot:send_album(7, { "\(urls[0])", { url = "\(wide)", width = 2100, height = 100 }, "\(urls[1])" }))
                """)
            #expect(lines == ["3"])
            #expect(await fixture.methods == ["sendMediaGroup", "sendDocument"])
        }
    }

    @Test func anAlbumHasNoButtons() async throws {
        try await BotFixture.with { fixture in
            let lines = try await fixture.lines(
                "try(bot.send_album, bot, 7, { 'a', 'b' }, '', { buttons = { { { text = 'x', data = 'x' } } } })")
            #expect(lines == ["false\tvalidation"])
        }
    }
}
