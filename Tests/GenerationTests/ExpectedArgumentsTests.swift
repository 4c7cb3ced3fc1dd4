import EventLoop
import Foundation
import Generation
import JSON
import Store
import Testing

/// Every preset with every type of avatar, against the reviewed files in `Expected/`.
@Suite(.timeLimit(.minutes(5)))
struct ExpectedArgumentsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected")

    @Test(arguments: TablePresets.guideNames, ["portrait", "style"])
    @LoopActor
    func `The body that is sent equals the expected file`(preset: String, type: String) async throws {
        let test = try await TestService.make(avatars: try Self.avatars())
        let id = type == "portrait" ? "anna" : "noir"
        _ = try await test.generate(id, "smiling portrait in a park", ["preset": .string(preset)])
        let file = try Data(contentsOf: Self.folder.appending(path: "\(type)_\(preset).json"))
        let expected = String(decoding: try JSONValue(parsing: [UInt8](file)).serialized(), as: UTF8.self)
        #expect(test.transport.submitted.count == 1)
        let sent = try #require(test.transport.submitted.first)
        let seed = try #require(try test.sent()["seed"]?.integerValue)
        #expect((1...0x7FFF_FFFF).contains(seed), "every job has a seed: it finds the job again at fal")
        #expect(String(decoding: sent.body, as: UTF8.self) == "\(expected.dropLast()),\"seed\":\(seed)}")
        #expect(sent.url == "https://queue.fal.run/\(Self.endpoint(type, preset))")
    }

    private static func endpoint(_ type: String, _ preset: String) -> String {
        switch (type, preset) {
        case ("portrait", _): "fal-ai/flux-lora"
        case (_, "ultra"): "fal-ai/flux-pro/v1.1-ultra-finetuned"
        default: "fal-ai/flux-pro"
        }
    }

    private static func avatars() throws -> [Avatar] {
        let file = try AvatarImport([UInt8](Data(contentsOf: folder.appending(path: "avatars.json"))))
        return AvatarImportPlan(file, over: []).avatars
    }
}
