package import FalClient
package import JSON

/// Calls without the queue. They count in the run's budget; the ledger has nothing of them, for there is no request that
/// one could come back to.
extension JobRunner {
    package func run(
        _ endpoint: EndpointID, arguments: JSONObject, timeout: Duration?
    ) async throws(GenerationError) -> QueueResult {
        let id = try await reserve(endpoint, arguments)
        let ticket = gate.enter("")
        defer { gate.leave(ticket) }
        do throws(GenerationError) {
            let result = try await runInTurn(ticket, id, endpoint, arguments, timeout.map { .now + $0 })
            let request = QueueRequest(endpoint: endpoint, requestID: result.requestID ?? "", hosts: client.hosts)
            spending.settle(id, .completed(request, JobOutput(result)))
            return result
        } catch {
            if case .fal(let error) = error { settle(id, endpoint, error) }
            throw error
        }
    }

    private func runInTurn(
        _ ticket: SubmitGate.Ticket, _ id: String, _ endpoint: EndpointID, _ arguments: JSONObject,
        _ deadline: ContinuousClock.Instant?
    ) async throws(GenerationError) -> QueueResult {
        var refusal: FalError?
        while true {
            try await turn(of: ticket, for: id, until: deadline, after: refusal)
            do throws(FalError) {
                let timeout = deadline.map { max($0 - .now, .milliseconds(1)) }
                let result = try await client.run(
                    endpoint, arguments: arguments, timeout: timeout, retriesRefusals: false)
                gate.accept(ticket)
                return result
            } catch {
                guard goesBack(ticket, after: error) else { throw .fal(error) }
                refusal = error
            }
        }
    }

    /// Nothing was sent of a call that misses its turn: it costs nothing.
    private func turn(
        of ticket: SubmitGate.Ticket, for id: String, until deadline: ContinuousClock.Instant?,
        after refusal: FalError? = nil
    ) async throws(GenerationError) {
        do throws(GenerationError) {
            try await turn(of: ticket, until: deadline, after: refusal)
        } catch {
            spending.release(id)
            throw error
        }
    }

    /// It takes its turn, and counts as in flight until its events begin.
    ///
    /// What a stream cost is not told: the budget goes on counting the estimate.
    package func stream(
        _ endpoint: EndpointID, arguments: JSONObject, path: String
    ) async throws(GenerationError) -> FalEventStream {
        let id = try await reserve(endpoint, arguments)
        let ticket = gate.enter("")
        defer { gate.leave(ticket) }
        try await turn(of: ticket, for: id, until: nil)
        do throws(FalError) {
            let events = try await client.stream(endpoint, arguments: arguments, path: path)
            let request = QueueRequest(endpoint: endpoint, requestID: "", hosts: client.hosts)
            spending.settle(id, .completed(request, JobOutput(output: .null, billableUnits: nil)))
            return events
        } catch {
            settle(id, endpoint, error)
            throw .fal(error)
        }
    }

    private func reserve(_ endpoint: EndpointID, _ arguments: JSONObject) async throws(GenerationError) -> String {
        if let limit = spending.budget.perDay {
            let name = endpoint.description
            throw .budgetExceeded(BudgetRefusal(endpoint: name, period: .day, limit: limit, reason: .notRecorded))
        }
        let id = Self.newID()
        let options = JobOptions(timeout: JobOptions.usualTimeout)
        _ = try await admit(
            FixedDraft(JobOrder(endpoint: endpoint, arguments: arguments, options: options, subject: nil)), as: id)
        return id
    }

    /// What the gateway refused costs nothing; of anything else the model may have done its part.
    private func settle(_ id: String, _ endpoint: EndpointID, _ error: FalError) {
        switch error.code {
        case .missingAPIKey, .unauthorized, .billing, .endpointNotFound, .rateLimited: spending.release(id)
        default:
            let request = QueueRequest(endpoint: endpoint, requestID: error.requestID ?? "", hosts: client.hosts)
            spending.settle(id, .failed(request, JobFailure(error)))
        }
    }
}
