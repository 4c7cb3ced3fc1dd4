import Generation
import Store

extension Host {
    /// From the ledger's jobs of the same endpoint and preset; nil where there is no ledger.
    func expectedTime(of explanation: Explanation) async throws -> ExpectedTime? {
        let isSimulated = try isSimulated()
        guard let madeLedger else { return nil }
        let durations = try await madeLedger.durations(
            endpoint: explanation.plan.endpoint, preset: explanation.plan.config.preset.name, simulated: isSimulated)
        return ExpectedTime(durations, isSimulated: isSimulated)
    }
}
