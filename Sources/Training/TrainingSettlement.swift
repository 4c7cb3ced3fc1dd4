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
        guard let training = job.order.training, let avatar = try await avatars.avatar(id: training.avatarID),
            try await latestJob(of: training.avatarID)?.id == job.id
        else { return nil }
        if avatar.status == Avatar.Status.completed { return try await keepFile(of: avatar, job, training) }
        guard let (change, remark) = Self.change(job),
            let changed = try await avatars.update(avatar.id, { (avatar) throws(GenerationError) in change(avatar) })
        else { return nil }
        guard changed.status == Avatar.Status.completed else { return remark }
        return try await keepFile(of: changed, job, training)
    }

    /// What a job's state makes of its avatar, and what is to be said of it; nil for a state that says nothing.
    private static func change(_ job: Job) -> (change: @Sendable (Avatar) -> Avatar, remark: String?)? {
        func ending(_ status: String, _ reason: String) -> @Sendable (Avatar) -> Avatar {
            { $0.changed { $0.end(status, reason: reason) } }
        }
        switch job.state {
        case .intent, .submitting, .unknown: return nil
        case .submitted: return ({ $0.changed { $0.note(job) } }, nil)
        case .completed(_, let output):
            do throws(GenerationError) {
                let model = try TrainedModel(job, output.output)
                return (
                    {
                        $0.changed {
                            $0.note(job); $0.take(model)
                        }
                    }, nil
                )
            } catch {
                let reason = error.message(in: .english)
                return (
                    {
                        $0.changed {
                            $0.note(job); $0.end(Avatar.Status.error, reason: reason)
                        }
                    }, reason
                )
            }
        case .failed(_, let failure):
            return (ending(Avatar.Status.error, "\(failure.message) [\(failure.code)]"), nil)
        case .expired:
            return (ending(Avatar.Status.error, "fal does not have what the training gave any more"), nil)
        case .cancelled: return (ending(Avatar.Status.cancelled, "the training was cancelled"), nil)
        }
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
        of avatar: Avatar, _ job: Job, _ training: JobOrder.Training
    ) async throws(GenerationError) -> String? {
        guard lacksFile(avatar, job, training), let url = avatar.diffusersLoraFileURL else { return nil }
        let validator = await client.file(at: url, within: .seconds(8)).mark?.validator
        let kept: (sha256: String, size: Int64)
        do throws(FalError) {
            kept = try await models.keep(url, with: client)
        } catch {
            if error.code == .cancelled { throw .fal(error) }
            return "its file of weights could not be kept here: \(error.message); it is at \(url)"
        }
        _ = try await avatars.update(avatar.id) { (avatar) throws(GenerationError) in
            avatar.changed { ($0.loraSHA256, $0.loraSize, $0.loraValidator) = (kept.sha256, kept.size, validator) }
        }
        return nil
    }
}
