internal import EventLoop
internal import FalClient
internal import Generation
internal import JSON

/// Trainings that have been paid for already.
extension TrainingService {
    /// What an earlier call with the same photos and settings began; nil when this is to be a new training. Throws when the
    /// avatar is another training's.
    func earlier(_ plan: TrainingPlan, _ archive: PhotoArchive) async throws(GenerationError) -> BegunTraining? {
        guard let avatar = try await avatars.avatar(id: plan.avatarID) else { return nil }
        let job = try await settlement.latestJob(of: plan.avatarID)
        let isSame = job.map { Self.isSame($0, plan, archive) } ?? false
        if avatar.status == Avatar.Status.completed {
            // What a simulator made is of no use to another server, and of the built-in one nothing is left.
            if let job, let run = try await ledger.run(job.run), run.isSimulated,
                run.server != jobs.run.server
                    || run.server == Run.builtInSimulator
            {
                return nil
            }
            guard let job, isSame, job.state.output != nil else {
                throw conflict("avatar \(avatar.id) is trained already: give the new one an id of its own", plan)
            }
            let remark = try await settlement.settle(job)
            let finished = FinishedTraining(
                avatar: avatar, job: job, file: settlement.file(of: avatar), remark: remark, isEarlier: true)
            return BegunTraining(plan: plan, state: .finished(finished))
        }
        guard let job, job.state.name.isOpen else { return nil }
        guard case .submitted(let request) = job.state, isSame,
            try await ledger.run(job.run)?.server == client.hosts.queue, try await ledger.claim(job.run)
        else {
            throw conflict(
                "avatar \(avatar.id) is in training already, by job \(job.id): falhost resume brings it to its end",
                plan)
        }
        let submitted = SubmittedJob(
            id: job.id, request: request, cost: job.cost, order: job.order, created: job.created)
        return BegunTraining(plan: plan, state: .submitted(submitted, run: job.run))
    }

    private func conflict(_ message: String, _ plan: TrainingPlan) -> GenerationError {
        .fal(FalError(.validation, message, field: "avatar_id"))
    }

    /// The same trainer, photos and settings; where the photos were uploaded does not matter.
    private static func isSame(_ job: Job, _ plan: TrainingPlan, _ archive: PhotoArchive) -> Bool {
        var sent = job.order.arguments
        sent[plan.trainer.archiveField] = .string("")
        return job.order.endpoint.description == plan.trainer.id && job.order.training?.archive == archive.sha256
            && JSONValue.object(sent) == JSONValue.object(plan.arguments(archive: ""))
    }
}
