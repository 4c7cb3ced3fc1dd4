import EventLoop
import Foundation
import JSON
import Simulator
import TestSupport
import Testing

/// Pinned LoRA files that change on their server: what generations and the doctor say of them.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PinnedFileTests {
    /// One file on a server of its own.
    private struct Weights {
        var bytes = "weights"
        var tag: String? = "\"one\""
        var knowsHead = true
        var isGone = false
    }

    private struct Project {
        let folder: TemporaryFolder
        let simulator: Simulator
        let weights: Locked<Weights>
        let server: RawServer

        func falhost(_ arguments: String..., environment: [String: String] = [:]) async throws -> FalhostProcess {
            try await FalhostProcess.run(
                arguments, environment: simulator.environment().merging(environment) { $1 }, folder: folder.url)
        }

        var heads: Int { server.requests.count { $0.head.hasPrefix("HEAD ") } }

        /// Two pictures in one process: what they say of the file, and all that is logged.
        func pictures(_ environment: [String: String] = [:]) async throws -> FalhostProcess {
            try await falhost(
                "-e",
                """
                local fal = require "fal"
                for _ = 1, 2 do
                  local _, result = fal.generate_avatar_image("anna", "by the sea", { num_images = 1 })
                  print(result.lora_changed)
                end
                """, environment: environment)
        }

        func pins() async throws -> [(level: String?, text: String?, advice: String?)] {
            let run = try await falhost("doctor", "--json")
            return (try JSONValue(parsing: run.output).arrayValue ?? []).filter { $0["subject"] == "pins" }
                .map { ($0["level"]?.stringValue, $0["text"]?.stringValue, $0["advice"]?.stringValue) }
        }
    }

    private func withPin(_ first: Weights = Weights(), _ test: (Project) async throws -> Void) async throws {
        let weights = Locked(first)
        let server = RawServer { connection, _ in
            while let request = connection.request() {
                let (file, isHead) = (weights.withLock { $0 }, request.head.hasPrefix("HEAD "))
                if isHead, !file.knowsHead {
                    _ = connection.send("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
                } else if file.isGone {
                    _ = connection.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                } else {
                    let tag = file.tag.map { "ETag: \($0)\r\n" } ?? ""
                    let head = "HTTP/1.1 200 OK\r\n\(tag)Content-Length: \(file.bytes.utf8.count)\r\n\r\n"
                    _ = connection.send(head + (isHead ? "" : file.bytes))
                }
            }
        }
        var configuration = SimulatorConfiguration()
        // Longer than a busy machine takes to answer one HEAD.
        configuration.runTime = .seconds(2)
        try await withSimulator(configuration) { simulator in
            let project = Project(
                folder: try TemporaryFolder.project(), simulator: simulator, weights: weights, server: server)
            let made = try await project.falhost(
                "avatars", "create", "id=anna", "name=Anna", "training_type=portrait", "status=completed",
                "diffusers_lora_file_url=http://127.0.0.1:\(server.port)/anna.safetensors")
            #expect(made.status == 0, "\(made.errors)")
            let pin = try await project.falhost("avatars", "pin", "anna")
            #expect(pin.status == 0 && pin.output.contains("pinned "), "\(pin.errors)")
            try await test(project)
        }
    }

    @Test func anUnchangedFileIsNoWord() async throws {
        try await withPin { project in
            let before = project.heads
            let run = try await project.pictures()
            #expect(run.status == 0 && run.output == "nil\nnil\n" && !run.errors.contains("pinned"), "\(run.errors)")
            #expect(project.heads == before + 1)
            let findings = try await project.pins()
            #expect(findings.count == 1 && findings.first?.level == "ok", "\(findings)")
        }
    }

    @Test func aChangedFileIsToldOnceAndByTheDoctor() async throws {
        try await withPin { project in
            project.weights.withLock { $0.tag = "\"two\"" }
            let run = try await project.pictures()
            #expect(run.status == 0 && run.output == "true\ntrue\n", "\(run.output)\(run.errors)")
            let warnings = run.errors.split(separator: "\n").filter { $0.contains("another than the pinned one") }
            #expect(warnings.count == 1 && warnings[0].contains("Avatar anna"), "\(run.errors)")
            let found = try #require(try await project.pins().first)
            #expect(found.level == "problem" && found.text?.contains("\"two\"") == true, "\(found)")
            #expect(found.advice?.contains("falhost avatars pin anna") == true)
            // The bytes are the same: a pin that is taken again ends it.
            #expect(try await project.falhost("avatars", "pin", "anna").output.contains("unchanged since"))
            #expect(try await project.pins().map(\.level) == ["ok"])
            project.weights.withLock { $0.bytes = "other weights" }
            let size = try await project.pictures(["FALHOST_LANG": "ru"])
            #expect(size.errors.contains("сейчас байт: 13, было 7"), "\(size.errors)")
            #expect(try await project.pins().first?.text?.contains("13 bytes, 7 were pinned") == true)
            project.weights.withLock { $0.isGone = true }
            #expect(try await project.pins().first?.text?.contains("any more") == true)
        }
    }

    @Test func aServerWithoutHeadHarmsNothing() async throws {
        var weights = Weights()
        weights.knowsHead = false
        try await withPin(weights) { project in
            project.weights.withLock { $0.tag = "\"two\"" }
            let run = try await project.pictures()
            #expect(run.status == 0 && run.output == "nil\nnil\n" && !run.errors.contains("pinned"), "\(run.errors)")
            let findings = try await project.pins()
            #expect(findings.map(\.level) == ["note"] && findings[0].text?.contains("405") == true, "\(findings)")
        }
    }
}
