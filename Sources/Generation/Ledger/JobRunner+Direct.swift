package import FalClient
package import JSON

/// Calls without the queue. They count in the run's budget; the ledger has nothing of them, for there is no request that
/// one could come back to.
extension JobRunner {
    package func run(
        _ endpoint: EndpointID, arguments: JSONObject, timeout: Duration?
    ) async throws(GenerationError) -> QueueResult {
        let id = try await reserve(endpoint, arguments)
        do throws(FalError) {
            let result = try await client.run(endpoint, arguments: arguments, timeout: timeout)
            let request = QueueRequest(endpoint: endpoint, requestID: result.requestID ?? "", hosts: client.hosts)
            spending.settle(id, .completed(request, JobOutput(result)))
            return result
        } catch {
            settle(id, endpoint, error)
            throw .fal(error)
        }
    }

    /// What a stream cost is not told: the budget goes on counting the estimate.
    package func stream(
        _ endpoint: EndpointID, arguments: JSONObject, path: String
    ) async throws(GenerationError) -> FalEventStream {
        let id = try await reserve(endpoint, arguments)
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
