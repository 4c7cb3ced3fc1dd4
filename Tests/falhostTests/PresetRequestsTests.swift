import Foundation
import JSON
import Simulator
import Testing

/// What leaves falhost for every preset that ships and every type of avatar, byte for byte as fal gets it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PresetRequestsTests {
    static let presets = ["fast", "balanced", "quality", "ultra", "portrait", "landscape"]

    /// The reviewed bodies; `portrait_fast.json` is what a portrait avatar with the preset `fast` sends.
    private static let expected = FalhostProcess.repository.appendingPathComponent("Tests/GenerationTests/Expected")

    @Test(arguments: presets, ["portrait", "style"])
    func theBodyOnTheWireIsTheReviewedOne(preset: String, type: String) async throws {
        let project = try TemporaryFolder.project()
        let avatars = Self.expected.appendingPathComponent("avatars.json").path
        #expect(try await FalhostProcess.run("avatars", "import", avatars, folder: project.url).status == 0)
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "generate", "--json", "--avatar", type == "portrait" ? "anna" : "noir", "--preset", preset,
                "smiling portrait in a park", environment: simulator.environment(), folder: project.url)
            #expect(run.status == 0, "\(run.errors)")
            let result = try JSONValue(parsing: Array(run.output.utf8))
            let job = try Self.job(try #require(result["request_id"]?.stringValue), at: simulator)
            #expect(job["endpoint"]?.stringValue == Self.endpoint(preset, type))
            let file = Self.expected.appendingPathComponent("\(type)_\(preset).json")
            let expected = Self.minified(try Data(contentsOf: file))
            let seed = try #require(result["seed"]?.integerValue)
            let reviewed = String(decoding: expected.dropLast(), as: UTF8.self) + ",\"seed\":\(seed)}"
            #expect(job["body"]?.stringValue == reviewed)
            #expect(simulator.counters().submits == 1)
        }
    }

    @Test func everyPresetThatShipsIsReviewed() throws {
        let folder = FalhostProcess.repository.appendingPathComponent("presets").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".lua") }.map { $0.replacing(".lua", with: "") }
        #expect(names.sorted() == Self.presets.sorted())
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.expected.path)
            .filter { $0.hasSuffix(".json") }
        #expect(files.count == 2 * names.count + 1)
    }

    /// The guide's table: portrait avatars always go to their LoRA, style avatars to the finetune, or to ultra.
    private static func endpoint(_ preset: String, _ type: String) -> String {
        if type == "portrait" { return "fal-ai/flux-lora" }
        return preset == "ultra" ? "fal-ai/flux-pro/v1.1-ultra-finetuned" : "fal-ai/flux-pro"
    }

    /// What the simulator keeps of a submit.
    private static func job(_ id: String, at simulator: Simulator) throws -> JSONValue {
        let reply = try LoopbackSocket(port: simulator.port).exchange("GET", "/_simulator/jobs/\(id)")
        let parts = reply.split(separator: "\r\n\r\n", maxSplits: 1)
        return try JSONValue(parsing: Array(try #require(parts.last).utf8))
    }

    /// JSON text without the white space between its tokens, done here so that falhost's own writer is not its judge.
    private static func minified(_ text: Data) -> [UInt8] {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in text {
            if isInString {
                isInString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                continue
            }
            result.append(byte)
        }
        return result
    }
}
