import Generation
import Store

extension Host {
    /// From the ledger's jobs of the same endpoint and preset; nil where there is no ledger.
    func expectedTime(of explanation: Explanation) async throws(GenerationError) -> ExpectedTime? {
        guard settings.hasLedger, let ledger = try? ledger() as? LedgerDatabase else { return nil }
        let isSimulated = (try? isSimulated()) ?? false
        let durations = try await ledger.durations(
            endpoint: explanation.plan.endpoint, preset: explanation.plan.config.preset.name, simulated: isSimulated)
        return ExpectedTime(durations, isSimulated: isSimulated)
    }
}
