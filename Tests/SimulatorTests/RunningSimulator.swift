import JSON
import Simulator

/// Starts a simulator for one test and stops it after.
func withSimulator(
    _ configuration: SimulatorConfiguration = .init(), faults: [String] = [],
    _ test: (Simulator, HTTPClient) async throws -> Void
) async throws {
    var configuration = configuration
    configuration.faults += try faults.map { try Fault(parsing: $0) }
    let simulator = try await Simulator.start(configuration)
    do {
        try await test(simulator, try HTTPClient(port: simulator.port))
    } catch {
        await simulator.stop()
        throw error
    }
    await simulator.stop()
}

extension HTTPClient.Response {
    var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }

    /// The documents of an event stream's `data:` lines.
    var events: [JSONValue] {
        get throws {
            try text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
                .map { try JSONValue(parsing: String($0.dropFirst(6))) }
        }
    }
}

extension HTTPClient {
    /// Submits and returns the path of the request: `/fal-ai/flux-lora/requests/{id}`.
    func submit(_ json: String, to endpoint: String = "fal-ai/flux-lora") throws -> String {
        let reply = try request("POST", "/\(endpoint)", json: json)
        guard let url = try reply.json["response_url"]?.stringValue, let range = url.firstRange(of: ":\(port)") else {
            throw Failure.malformed(reply.text)
        }
        return String(url[range.upperBound...])
    }
}
