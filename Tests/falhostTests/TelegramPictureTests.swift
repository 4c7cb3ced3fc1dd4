import BotAPI
import Foundation
import Testing

/// The ways of a picture: file id, URL, upload, document, link.
@Suite(.timeLimit(.minutes(5)))
struct TelegramPictureTests {
    /// Sends a picture to chat 7 and prints how it went.
    private static func send(_ picture: String, options: String = "nil") -> String {
        "print((select(2, bot:send_photo(7, \(picture), 'a caption', \(options)))))\n"
    }

    private static func send(url: String, options: String = "nil") -> String { send("'\(url)'", options: options) }

    @Test func aPictureGoesByItsURL() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png")
            try await fixture.run(Self.send(url: url), printing: ["url"])
            let call = try #require(await fixture.calls.first)
            #expect(call.text("photo") == url && call.text("caption") == "a caption" && call.call.files.isEmpty)
        }
    }

    @Test func aURLThatTelegramCannotReachIsUploaded() async throws {
        let descriptions = [
            "Bad Request: failed to get HTTP URL content", "Bad Request: wrong file identifier/HTTP URL specified",
            "Bad Request: wrong type of the web page content",
        ]
        try await BotFixture.with { fixture in
            for (number, description) in descriptions.enumerated() {
                let bytes = BotFixture.picture(bytes: 5000 + number)
                let url = await fixture.host("\(number).png", bytes)
                await fixture.api.order(Fault(.error(400, description), method: "sendPhoto"))
                try await fixture.run(Self.send(url: url), printing: ["upload"])
                let file = try #require(await fixture.calls.last?.call.files["photo"])
                #expect(file.bytes == bytes && file.name == "\(number).png")
            }
        }
    }

    @Test func aPictureTooLargeForAURLIsUploaded() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png", BotFixture.picture(bytes: 6 << 20))
            try await fixture.run(Self.send(url: url), printing: ["upload"])
            #expect(await fixture.methods == ["sendPhoto 400", "sendPhoto"])
        }
    }

    @Test func aPictureTooLargeForAPhotoIsADocument() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png", BotFixture.picture(bytes: 11 << 20))
            try await fixture.run(Self.send(url: url), printing: ["document"])
            // It is not uploaded as a photo first.
            #expect(await fixture.methods == ["sendPhoto 400", "sendDocument"])
            #expect(await fixture.calls.last?.call.files["document"]?.bytes.count == 11 << 20)
        }
    }

    @Test(arguments: [(9000, 1001), (2100, 100), (100, 2100)])
    func aPictureOfOddSizeIsADocument(width: Int, height: Int) async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png", BotFixture.picture(width, height))
            let known = "{ url = '\(url)', width = \(width), height = \(height), key = 'known' }"
            try await fixture.run(Self.send(known), printing: ["document"])
            #expect(await fixture.methods == ["sendDocument"])
            // Telegram says so where the size is not known.
            try await fixture.run(Self.send(url: url), printing: ["document"])
            #expect(await fixture.methods == ["sendDocument", "sendPhoto 400", "sendPhoto 400", "sendDocument"])
        }
    }

    @Test func thePictureThatIsJustSmallEnoughIsAPhoto() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png", BotFixture.picture(9523, 477))
            try await fixture.run(Self.send("{ url = '\(url)', width = 9523, height = 477 }"), printing: ["url"])
        }
    }

    @Test func aPictureTooLargeForAnUploadIsALink() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png", BotFixture.picture(bytes: (50 << 20) + 1)) + "?a=1&b=2"
            try await fixture.run(Self.send(url: url, options: "{ parse_mode = 'HTML' }"), printing: ["link"])
            #expect(await fixture.methods == ["sendPhoto 400", "sendMessage"])
            let shown = await fixture.api.text(of: 1, in: 7)
            #expect(shown == "a caption\n\(url)")
        }
    }

    @Test func aPictureThatIsNowhereIsALink() async throws {
        try await BotFixture.with { fixture in
            try await fixture.run(Self.send(url: fixture.server.url + "/pictures/none.png"), printing: ["link"])
            try await fixture.run(Self.send(url: "http://127.0.0.1:1/none.png"), printing: ["link"])
        }
    }

    @Test func aFileIsUploaded() async throws {
        try await BotFixture.with { fixture in
            try fixture.project.file("pictures/door.png", contents: Data(BotFixture.picture()))
            try await fixture.run(Self.send("{ path = 'pictures/door.png' }"), printing: ["upload"])
            #expect(await fixture.calls.last?.call.files["photo"]?.name == "door.png")
            let lines = try await fixture.lines("try(bot.send_photo, bot, 7, { path = 'pictures/none.png' })")
            #expect(lines == ["false\tbad_file"])
        }
    }

    @Test func fullQualityIsADocument() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png")
            try await fixture.run(Self.send(url: url, options: "{ as = 'document' }"), printing: ["document"])
            #expect(await fixture.methods == ["sendDocument"])
        }
    }

    @Test func aFileIDIsUsedAgainAndMayBeForgotten() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png")
            try await fixture.run(Self.send(url: url), printing: ["url"])
            try await fixture.run(Self.send(url: url), printing: ["file_id"])
            #expect(await fixture.calls.last?.text("photo") == "file-1")
            await fixture.api.forgetFiles()
            try await fixture.run(Self.send(url: url) + Self.send(url: url), printing: ["url", "file_id"])
            #expect(await fixture.methods == ["sendPhoto", "sendPhoto", "sendPhoto 400", "sendPhoto", "sendPhoto"])
        }
    }

    @Test func anErrorThatNoOtherWayMendsIsRaised() async throws {
        try await BotFixture.with { fixture in
            let url = await fixture.host("a.png")
            let lines = try await fixture.lines("try(bot.send_photo, bot, 99, '\(url)')")
            #expect(lines == ["false\tchat_not_found"])
            #expect(await fixture.calls.count == 1)
        }
    }
}
