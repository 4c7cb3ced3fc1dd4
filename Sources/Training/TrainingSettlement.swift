package import EventLoop
package import FalClient
package import Generation
internal import JSON

/// Writes into avatars what became of their trainings; whatever interrupts it, doing it again gives the same.
@LoopActor
package final class TrainingSettlement: TrainingFollower {
    private let ledger: any JobLedger
    private let avatars: any AvatarStore
    private let client: FalClient
    private let models: ModelFolder

    /// - Parameter folder: the project's data folder; files of weights are kept in its `models`.
    package init(ledger: any JobLedger, avatars: any AvatarStore, client: FalClient, folder: String) {
        self.ledger = ledger
        self.avatars = avatars
        self.client = client
        models = ModelFolder(path: folder + "/models")
    }

    package func settle(_ job: Job) async throws(GenerationError) -> String? {
        guard let training = job.order.training, var avatar = try await avatars.avatar(id: training.avatarID),
            try await latestJob(of: training.avatarID)?.id == job.id
        else { return nil }
        if avatar.status == Avatar.Status.completed { return try await keepFile(of: &avatar, job, training) }
        switch job.state {
        case .intent, .submitting, .unknown: return nil
        case .submitted: avatar.note(job)
        case .completed(_, let output):
            avatar.note(job)
            do throws(GenerationError) {
                avatar.take(try TrainedModel(job, output.output))
            } catch {
                let reason = error.message(in: .english)
                avatar.end(Avatar.Status.error, reason: reason)
                try await avatars.save([avatar])
                return reason
            }
        case .failed(_, let failure):
            avatar.end(Avatar.Status.error, reason: "\(failure.message) [\(failure.code)]")
        case .expired: avatar.end(Avatar.Status.error, reason: "fal does not have what the training gave any more")
        case .cancelled: avatar.end(Avatar.Status.cancelled, reason: "the training was cancelled")
        }
        try await avatars.save([avatar])
        guard avatar.status == Avatar.Status.completed else { return nil }
        return try await keepFile(of: &avatar, job, training)
    }

    /// Avatars whose process ended between the end of their training and the avatar's row, brought up to date.
    package func settleEnded() async throws(GenerationError) -> [(avatar: Avatar, remark: String?)] {
        var settled: [(Avatar, String?)] = []
        var seen: Set<String> = []
        // Newest first: only the last training of an avatar counts.
        for job in try await ledger.jobs(JobFilter(trainsAvatars: true)) {
            guard let training = job.order.training, seen.insert(training.avatarID).inserted, !job.state.name.isOpen,
                let before = try await avatars.avatar(id: training.avatarID), isUnsettled(before, job, training)
            else { continue }
            let remark = try await settle(job)
            settled.append((try await avatars.avatar(id: training.avatarID) ?? before, remark))
        }
        return settled
    }

    /// The last job that trains an avatar.
    func latestJob(of avatar: String) async throws(GenerationError) -> Job? {
        try await ledger.jobs(JobFilter(trainsAvatars: true)).first { $0.order.training?.avatarID == avatar }
    }

    /// Where the weights are on this machine; nil when they are not kept.
    func file(of avatar: Avatar) -> String? {
        avatar.loraSHA256.flatMap { models.has($0) ? models.file($0) : nil }
    }

    private func isUnsettled(_ avatar: Avatar, _ job: Job, _ training: JobOrder.Training) -> Bool {
        switch avatar.status {
        case Avatar.Status.error, Avatar.Status.cancelled: false
        case Avatar.Status.completed: lacksFile(avatar, job, training)
        default: true
        }
    }

    private func lacksFile(_ avatar: Avatar, _ job: Job, _ training: JobOrder.Training) -> Bool {
        guard training.keepsFile, let url = avatar.diffusersLoraFileURL else { return false }
        return job.state.output?.output["diffusers_lora_file"]?["url"]?.stringValue == url && file(of: avatar) == nil
    }

    /// The avatar can be drawn whether that succeeds or not.
    private func keepFile(
        of avatar: inout Avatar, _ job: Job, _ training: JobOrder.Training
    ) async throws(GenerationError) -> String? {
        guard lacksFile(avatar, job, training), let url = avatar.diffusersLoraFileURL else { return nil }
        do throws(FalError) {
            (avatar.loraSHA256, avatar.loraSize) = try await models.keep(url, with: client)
        } catch {
            if error.code == .cancelled { throw .fal(error) }
            return "its file of weights could not be kept here: \(error.message); it is at \(url)"
        }
        try await avatars.save([avatar])
        return nil
    }
}
