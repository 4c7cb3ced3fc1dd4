import Simulator

/// Starts a simulator in the test's own process, and stops it after.
func withSimulator(
    _ configuration: SimulatorConfiguration = .init(), faults: [String] = [],
    _ test: (Simulator) async throws -> Void
) async throws {
    var configuration = configuration
    configuration.faults += try faults.map { try Fault(parsing: $0) }
    let simulator = try await Simulator.start(configuration)
    do {
        try await test(simulator)
    } catch {
        await simulator.stop()
        throw error
    }
    await simulator.stop()
}

extension Simulator {
    /// The environment of a falhost that sends everything here.
    func environment(key: String = "x:y") -> [String: String] { ["FALHOST_BASE_URL": baseURL, "FAL_KEY": key] }
}
