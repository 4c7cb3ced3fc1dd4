import EventLoop
import Generation
import Scripting
import Training

/// Training avatars.
extension Host {
    func training() throws -> TrainingService {
        let project = try projectFolder()
        // Without the ledger a crash would lose what is paid for hours.
        let ledger = try ledger()
        return TrainingService(
            client: try client(), jobs: try jobs(), ledger: ledger, avatars: try avatars(),
            presets: TrainingPresets(presets: project.presets, library: project.library), folder: project.data,
            settings: TrainingService.Settings(
                prices: try prices(), testMode: settings.testMode, language: language))
    }

    /// What brings avatars on whose trainings end in this process; nil outside any project, which has none.
    func trainingSettlement() throws -> TrainingSettlement? {
        guard let project else { return nil }
        return TrainingSettlement(
            ledger: try ledger(), avatars: try avatars(), client: try client(), folder: project.data)
    }

    /// Avatars that an earlier process left behind their trainings.
    func settleTrainings() async throws {
        for (avatar, remark) in try await trainingSettlement()?.settleEnded() ?? [] {
            Console.note("avatar \(avatar.id) is \(avatar.status)\(remark.map { ": \($0)" } ?? "")")
        }
    }
}
