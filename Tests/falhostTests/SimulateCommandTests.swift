import Foundation
import JSON
import Testing

/// `falhost simulate` as a program of its own.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SimulateCommandTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func servesUntilASignal(signal: Int32) async throws {
        let server = try RunningFalhost(["simulate", "--port", "0", "--run-port", "0"])
        try await server.wait { server.output.hasSuffix("\n") }
        let port = try #require(Int(server.output.dropLast().split(separator: ":").last ?? ""))
        #expect(server.output == "http://127.0.0.1:\(port)\n", "standard output is the address and nothing else")

        let key = ["Authorization: Key some:thing", "Content-Type: application/json"]
        let input = #"{"prompt": "a lighthouse", "image_size": "square", "seed": 7}"#
        let submit = try Self.exchange(port, "POST", "/fal-ai/flux-lora", body: input, headers: key)
        #expect(submit.status == 200)
        let id = try #require(submit.json["request_id"]?.stringValue)
        let stream = try Self.exchange(port, "GET", "/fal-ai/flux-lora/requests/\(id)/status/stream", headers: key)
        #expect(stream.body.contains("COMPLETED"), "\(stream.body)")
        let result = try Self.exchange(port, "GET", "/fal-ai/flux-lora/requests/\(id)", headers: key)
        #expect(result.json["seed"]?.integerValue == 7)
        let url = try #require(result.json["images"]?.arrayValue?.first?["url"]?.stringValue)
        let path = try #require(url.components(separatedBy: ":\(port)").last)
        let picture = try LoopbackSocket(port: port).exchange("GET", path)
        #expect(picture.hasPrefix("HTTP/1.1 200"))

        #expect(try Self.exchange(port, "POST", "/fal-ai/flux-lora", body: input).status == 401, "without a key")
        #expect(try Self.exchange(port, "GET", "/nowhere", headers: key).status == 404)

        server.signal(signal)
        let run = try await server.ending()
        #expect(run.status == 0, "\(run.errors)")
        #expect(throws: (any Error).self) { try LoopbackSocket(port: port) }
    }

    @Test func aSecondProgramUsesIt() async throws {
        let server = try RunningFalhost(["simulate", "--port", "0", "--quiet", "--fault", "result:content-policy"])
        try await server.wait { server.output.hasSuffix("\n") }
        let project = try TemporaryFolder.project()
        let environment = ["FALHOST_BASE_URL": String(server.output.dropLast()), "FAL_KEY": "any:thing"]
        let script = project.path + "/scripts/portrait.lua"
        let refused = try await FalhostProcess.run(script, environment: environment)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("content_policy_violation"), "\(refused.errors)")
        let run = try await FalhostProcess.run(script, environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        server.signal(SIGTERM)
        let ending = try await server.ending()
        #expect(ending.status == 0)
        #expect(ending.errors.isEmpty, "--quiet prints the address only: \(ending.errors)")
    }

    @Test func aPortInUseIsOneLine() async throws {
        let other = try ForeignServer()
        defer { other.stop() }
        for option in ["--port", "--run-port"] {
            let port = option == "--port" ? [] : ["--port", "0"]
            let run = try await FalhostProcess.run(["simulate", option, "\(other.port)"] + port)
            #expect(run.status == 69, "\(run.errors)")
            #expect(run.output.isEmpty)
            #expect(run.errors.hasPrefix("falhost: cannot listen on 127.0.0.1:\(other.port): Address already in use"))
            #expect(run.errors.contains(option), "\(run.errors)")
            #expect(run.complaints.count == 1)
        }
    }

    @Test(arguments: [
        ["--port", "70000"], ["--port", "x"], ["--run-time", "-1"], ["--fault", "submit:nonsense"], ["extra"],
    ])
    func wrongOptionsAreUsageErrors(options: [String]) async throws {
        let run = try await FalhostProcess.run(["simulate"] + options)
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("Error: "), "\(run.errors)")
    }

    private static func exchange(
        _ port: Int, _ method: String, _ path: String, body: String = "", headers: [String] = []
    ) throws -> (status: Int, body: String, json: JSONValue) {
        let reply = try LoopbackSocket(port: port).exchange(method, path, body: body, headers: headers)
        let parts = reply.components(separatedBy: "\r\n\r\n")
        let body = parts.dropFirst().joined(separator: "\r\n\r\n")
        let status = Int(reply.split(separator: " ").dropFirst().first ?? "") ?? 0
        return (status, body, (try? JSONValue(parsing: Array(body.utf8))) ?? .null)
    }
}
