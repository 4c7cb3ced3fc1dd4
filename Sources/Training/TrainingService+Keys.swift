internal import EventLoop
internal import FalClient
internal import Generation

/// Trainings that their callers named: the job that a key names is paid for once, whatever process asks for it.
extension TrainingService {
    /// The training that the key names, else a new one. The photos are needed still: they are compared.
    func begin(
        _ key: JobKey, _ plan: TrainingPlan, _ watch: @escaping Watcher
    ) async throws(GenerationError) -> BegunTraining {
        try await jobs.enter(key, until: .now + plan.request.timeout)
        defer { jobs.leave(key) }
        let archive = try await pack(plan, watch)
        if let found = try await taken(key, plan, archive) { return found }
        do throws(GenerationError) {
            return try await begin(plan, with: archive, watch)
        } catch {
            // Another process was faster: the job is its, and none was sent from here. It may also have removed the archive
            // while this one read it.
            guard error.code == .storage, let found = try await taken(key, plan, archive) else { throw error }
            return found
        }
    }

    private func taken(
        _ key: JobKey, _ plan: TrainingPlan, _ archive: PhotoArchive
    ) async throws(GenerationError) -> BegunTraining? {
        let order = try plan.order(archive, at: "")
        do throws(GenerationError) {
            guard let job = try await jobs.training(key, for: order) else { return nil }
            archive.remove()
            return BegunTraining(plan: plan, state: .submitted(job, run: nil))
        } catch {
            if error.code == .invalidConfig { archive.remove() }
            throw error
        }
    }
}
