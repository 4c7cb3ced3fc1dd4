internal import EventLoop
package import FalClient

/// Cancels jobs of the ledger, of whatever run.
package struct JobCancellation: Sendable {
    /// What became of it.
    package enum Outcome: Sendable, Equatable {
        /// It had not been sent, and will not be.
        case unsent
        /// fal was asked to cancel it.
        case requested
        /// fal does not know it any more.
        case forgotten
        /// It was at its end already.
        case ended(Job.State.Name)
        /// fal has a result, which is not in the ledger yet.
        case completedAtFal
        /// Nobody knows whether fal has it.
        case uncertain
        /// Another process is about to send it.
        case inHand
        /// It was sent to a server that is not the one in use.
        case elsewhere(server: String)
    }
    private let ledger: any JobLedger
    private let client: FalClient
    private let run: Run?

    /// - Parameter run: this process's own, if it has one: its jobs are at the server in use.
    package init(ledger: any JobLedger, client: FalClient, run: Run? = nil) {
        self.run = run
        self.ledger = ledger
        self.client = client
    }

    /// Cancels a job and notes it in the ledger; the outcome says where it could not.
    @LoopActor
    package func cancel(_ job: Job) async throws(GenerationError) -> Outcome {
        switch job.state {
        case .completed, .failed, .cancelled, .expired: return .ended(job.state.name)
        case .submitting, .unknown: return .uncertain
        case .intent: return try await cancelUnsent(job)
        case .submitted(let request):
            if job.run != run?.id, let server = try await ledger.run(job.run)?.server, server != client.hosts.queue {
                return .elsewhere(server: server)
            }
            let outcome: CancelOutcome
            do throws(FalError) {
                outcome = try await client.cancel(request)
            } catch {
                throw .fal(error)
            }
            if outcome == .alreadyCompleted { return .completedAtFal }
            try await ledger.move(job.id, to: .cancelled(request))
            return outcome == .notFound ? .forgotten : .requested
        }
    }

    private func cancelUnsent(_ job: Job) async throws(GenerationError) -> Outcome {
        guard try await ledger.claim(job.run) else { return .inHand }
        // Until the run was claimed another process may have sent it.
        guard case .intent? = try await ledger.job(job.id)?.state else { return .inHand }
        try await ledger.move(job.id, to: .cancelled(nil))
        await ledger.release(job.run)
        return .unsent
    }
}
