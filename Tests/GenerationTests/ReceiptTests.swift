import FalClient
import JSON
import Testing

@testable import Generation

/// Receipts and their documents.
struct ReceiptTests {
    private static let sources = RequestSources(
        preset: [SourceHash(path: "presets/portrait.lua", sha256: "aa")],
        rules: [
            SourceHash(path: "scripts/rules/20_trigger.lua", sha256: "bb"),
            SourceHash(path: "scripts/lib/words.lua", sha256: "cc"),
        ])

    private static func receipt(
        subject: JobOrder.Subject? = JobOrder.Subject(
            avatarID: "anna", preset: "portrait", prompt: "by the sea",
            overrides: ["quality": "portrait", "num_images": 2, "lora_scale": 0.9], sources: sources),
        price: Dollars? = Dollars(0.05), units: Double? = 2
    ) throws -> Receipt {
        let order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"),
            arguments: [
                "prompt": "TOK, by the sea", "guidance_scale": 3.0, "seed": 9_007_199_254_740_993, "raw": .null,
                "image_url": "data:image/png;base64,AAAA",
            ],
            options: JobOptions(timeout: .seconds(90), priority: .low), subject: subject)
        let request = QueueRequest(
            endpoint: order.endpoint, requestID: "req-1", statusURL: "https://q/s", responseURL: "https://q/r",
            cancelURL: "https://q/c")
        var run = Run(
            id: "r1", started: Timestamp(milliseconds: 5000), script: "scripts/x.lua", server: "https://queue.fal.run")
        run.scriptHash = "dd"
        run.version = "1.2.3"
        let job = Job(
            id: "j1", run: "r1", order: order, created: Timestamp(milliseconds: 7000),
            updated: Timestamp(milliseconds: 8000),
            state: .completed(
                request,
                JobOutput(output: ["images": [["url": "https://v3.fal.media/files/a.png"]]], billableUnits: units)),
            cost: JobCost(estimate: nil, perUnit: nil, price: price))
        return Receipt(
            try #require(PictureSource.all(of: job).first), of: run,
            picture: .init(
                index: 1, url: "https://v3.fal.media/files/a.png", sha256: "ee", width: 768, height: 1024,
                contentType: "image/png"))
    }

    private static func fault(_ text: String) -> ReceiptFault? {
        do throws(ReceiptFault) {
            _ = try Receipt(parsing: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func aReceiptComesBackAsItWas() throws {
        let receipt = try Self.receipt()
        let text = try receipt.json.serialized(.pretty)
        #expect(try Receipt(parsing: text) == receipt)
        #expect(try Receipt(parsing: text).order.arguments.serialized() == receipt.order.arguments.serialized())
        #expect(receipt.json["receipt"] == 1 && receipt.json["falhost"] == "1.2.3")
    }

    @Test func whatIsUnknownSaysSo() throws {
        let receipt = try Self.receipt(subject: nil, price: nil, units: nil)
        #expect(receipt.json["price"] == "unknown" && receipt.json["billable_units"] == "unknown")
        #expect(try Receipt(parsing: receipt.json.serialized()) == receipt)
    }

    @Test func aNewerReceiptIsNotRead() {
        #expect(Self.fault(#"{"receipt": 2}"#) == .newer(version: 2))
    }

    @Test func whatIsNoReceiptSaysWhy() {
        #expect(Self.fault(#"{"receipt": 1"#)?.description.contains("at byte 13") == true)
        #expect(Self.fault(#"[]"#) == .notAReceipt)
        #expect(Self.fault(#"{"receipt": "x"}"#) == .notAReceipt)
    }

    @Test(arguments: ["run", "job", "created", "simulated", "price", "script", "request", "picture"])
    func aMissingMemberIsNamed(name: String) throws {
        var document = try Self.receipt().json
        document[name] = nil
        #expect(Self.fault(String(decoding: try document.serialized(), as: UTF8.self)) == .field(name))
    }

    @Test func aWrongMemberIsNamedWithItsPlace() throws {
        var document = try Self.receipt().json
        document["request"] = ["endpoint": "no endpoint", "arguments": [:], "timeout": 5]
        #expect(Self.fault(String(decoding: try document.serialized(), as: UTF8.self)) == .field("request.endpoint"))
    }

    // MARK: Made again

    @Test func withoutAnyChangeTheRequestIsTheRecordedOne() throws {
        #expect(RedoChanges().isEmpty)
        let receipt = try Self.receipt()
        #expect(receipt.order(withSeed: .kept) == receipt.order)
    }

    @Test func aCallMadeAgainKeepsPromptOverridesAndSeed() throws {
        let request = try #require(try Self.receipt().request(with: RedoChanges(preset: "landscape")))
        #expect(request.prompt == "by the sea")
        #expect(
            request.overrides == [
                "preset": "landscape", "num_images": 2, "lora_scale": 0.9, "seed": 9_007_199_254_740_993,
            ])
        guard case .id("anna") = request.avatar else {
            Issue.record("another avatar")
            return
        }
    }

    @Test func changesLieOnTopOfTheCall() throws {
        let changes = RedoChanges(avatarID: "ben", overrides: ["num_images": 4, "raw": true], seed: .number(7))
        let request = try #require(try Self.receipt().request(with: changes))
        #expect(
            request.overrides == ["preset": "portrait", "num_images": 4, "lora_scale": 0.9, "seed": 7, "raw": true])
        guard case .id("ben") = request.avatar else {
            Issue.record("another avatar")
            return
        }
        let drawn = try #require(try Self.receipt().request(with: RedoChanges(seed: .new)))
        #expect(drawn.overrides["seed"] == nil)
    }

    @Test func aRequestOfNoCallTakesAnotherSeedOnly() throws {
        let receipt = try Self.receipt(subject: nil)
        #expect(receipt.request(with: RedoChanges(preset: "fast")) == nil)
        #expect(receipt.order(withSeed: .number(7)).seed == 7)
        #expect(receipt.order(withSeed: .new).seed != receipt.order.seed)
    }
}
