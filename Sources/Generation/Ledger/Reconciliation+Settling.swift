internal import EventLoop
internal import FalClient

extension Reconciliation {
    /// The jobs of processes that are gone, as they are once fal was asked about the unknown ones, each with the reason
    /// why it still is unknown.
    func settled(
        _ jobs: [Job], _ found: @LoopActor @Sendable (Job) -> Void
    ) async throws(GenerationError) -> [(Job, String?)] {
        var jobs = jobs
        for index in jobs.indices where jobs[index].state == .submitting {
            let state = Job.State.unknown(
                JobFailure(code: FalError.Code.submitUnknown.rawValue, message: Self.endedWhileSubmitting))
            try await ledger.move(jobs[index].id, to: state)
            jobs[index].state = state
        }
        let unknown = jobs.filter { $0.state.name == .unknown }
        if unknown.isEmpty { return jobs.map { ($0, nil) } }
        let findings = try await findings(for: unknown)
        return jobs.map { job in
            switch findings[job.id] {
            case .found(let request):
                var job = job
                job.state = .submitted(request)
                found(job)
                return (job, nil)
            case .unknown(let reason): return (job, reason)
            case nil: return (job, nil)
            }
        }
    }

    private static let endedWhileSubmitting =
        "the process ended while the job was being submitted: it is unknown whether fal has it"
}
