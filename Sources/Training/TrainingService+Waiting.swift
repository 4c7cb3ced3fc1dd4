internal import EventLoop
package import FalClient
package import Generation
internal import JSON

/// A training that is at fal, or done.
package struct BegunTraining: Sendable {
    enum State: Sendable {
        case finished(FinishedTraining)
        /// `run` is one of an earlier process whose jobs this one has taken in hand.
        case submitted(SubmittedJob, run: String?)
    }
    let plan: TrainingPlan
    let state: State

    /// What is waited for; nil for one that is done.
    package var request: QueueRequest? {
        if case .submitted(let job, _) = state, job.output == nil { job.request } else { nil }
    }

    package var deadline: ContinuousClock.Instant { .now + plan.request.timeout }
}

extension TrainingService {
    /// Waits for a training, and gives its avatar what it gave.
    ///
    /// When the task is cancelled so is the training, unless the process is about to end: then it goes on at fal, and
    /// `falhost resume` or the same call once more brings it to its end.
    ///
    /// - Parameter isCompleted: fal has said that it is.
    package func finish(
        _ begun: BegunTraining, isCompleted: Bool = false, watch: @escaping Watcher = { _ in }
    ) async throws(GenerationError) -> FinishedTraining {
        switch begun.state {
        case .finished(let training): return training
        case .submitted(let job, let run):
            let result: Result<FinishedTraining, GenerationError>
            do throws(GenerationError) {
                result = .success(
                    try await finish(begun, job, isCompleted, isEarlier: run != nil || job.isResumed, watch))
            } catch {
                result = .failure(error)
            }
            if let run { await ledger.release(run) }
            return try result.get()
        }
    }

    private func finish(
        _ begun: BegunTraining, _ job: SubmittedJob, _ isCompleted: Bool, isEarlier: Bool, _ watch: @escaping Watcher
    ) async throws(GenerationError) -> FinishedTraining {
        watch(.submitted(job: job.id, request: job.request.requestID))
        do throws(GenerationError) {
            try await settle(job.id)
            _ = try await jobs.result(
                of: job, isCompleted: isCompleted, deadline: begun.deadline,
                onUpdate: { status in TrainingEvent.events(in: status).forEach(watch) }, logs: true)
        } catch {
            try await settle(job.id)
            throw begun.plan.trainer.explained(error, in: settings.language)
        }
        guard let ended = try await ledger.job(job.id) else {
            throw .storage(path: "ledger", .other(reason: "job \(job.id) is gone"))
        }
        let remark = try await settlement.settle(ended)
        guard let avatar = try await avatars.avatar(id: begun.plan.avatarID) else {
            throw .avatarNotFound(id: begun.plan.avatarID, nearest: nil)
        }
        // The avatar says the same; here it is thrown.
        if let output = ended.state.output { _ = try TrainedModel(ended, output.output) }
        return FinishedTraining(
            avatar: avatar, job: ended, file: settlement.file(of: avatar), remark: remark, isEarlier: isEarlier)
    }

    /// The calling task may be cancelled, and the avatar is to know what its job is.
    private func settle(_ id: String) async throws(GenerationError) {
        let (ledger, settlement) = (ledger, settlement)
        let settling = LoopActor.spawn {
            if let job = try await ledger.job(id) { _ = try await settlement.settle(job) }
        }
        if case .failure(let error) = await settling.result {
            throw (error as? GenerationError) ?? .storage(path: "avatars", .other(reason: "\(error)"))
        }
    }
}

extension TrainingEvent {
    /// What a status of fal's says.
    package static func events(in status: QueueStatus) -> [TrainingEvent] {
        var events: [TrainingEvent] = []
        if case .inQueue(let position) = status.state { events.append(.queued(position: position)) }
        for log in status.logs {
            for line in log.message.split(whereSeparator: \.isNewline) {
                events.append(.line(String(line), TrainingProgress(line: String(line))))
            }
        }
        return events
    }
}

extension Trainer {
    /// Of a trainer that fal has given up, its errors say so.
    func explained(_ error: GenerationError, in language: Language) -> GenerationError {
        guard isDeprecated, case .fal(var fault) = error, fault.code != .cancelled else { return error }
        fault.message += "; \(Self.deprecation(in: language))"
        return .fal(fault)
    }
}
