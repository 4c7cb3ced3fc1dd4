internal import EventLoop
internal import FalClient

/// Looks in fal's list of requests for jobs of which nobody knows whether fal has them.
@LoopActor
struct Reconciliation {
    let client: FalClient
    let ledger: any JobLedger

    /// What came of a job: it is at fal, or it stays unknown for a reason.
    enum Finding {
        case found(QueueRequest)
        case unknown(reason: String)
    }

    /// By the jobs' ids. What is found is in the ledger before this returns.
    func findings(for jobs: [Job]) async throws(GenerationError) -> [String: Finding] {
        var findings = try await namedFindings(for: jobs)
        for window in ListingWindow.windows(for: jobs.filter { findings[$0.id] == nil }) {
            guard let endpoint = window.submits.first?.job.order.endpoint else { continue }
            let list: [ListedRequest]
            do throws(FalError) {
                list = try await client.requests(
                    to: endpoint, from: window.start.description, until: window.end.description)
            } catch {
                if error.code == .cancelled { throw .fal(error) }
                for submit in window.submits {
                    findings[submit.job.id] = .unknown(
                        reason: "fal's list of requests is not to be had: \(error.message)")
                }
                continue
            }
            // One after the other: a request that one job turned out to be is no other's.
            for submit in window.submits { findings[submit.job.id] = try await finding(submit, list) }
        }
        return findings
    }

    /// Jobs that fal knows by the request id that came with a lost answer.
    private func namedFindings(for jobs: [Job]) async throws(GenerationError) -> [String: Finding] {
        var findings: [String: Finding] = [:]
        for job in jobs {
            guard case .unknown(let failure) = job.state, let id = failure.requestID else { continue }
            let request = QueueRequest(endpoint: job.order.endpoint, requestID: id, hosts: client.hosts)
            do throws(FalError) {
                _ = try await client.status(of: request)
            } catch {
                if error.code == .cancelled { throw .fal(error) }
                // Not a job's id after all; or fal does not answer, and would let each of the others wait, too.
                if error.code == .expired { continue } else { break }
            }
            try await ledger.move(job.id, to: .submitted(request))
            findings[job.id] = .found(request)
        }
        return findings
    }

    private func finding(_ submit: LostSubmit, _ list: [ListedRequest]) async throws(GenerationError) -> Finding {
        switch submit.match(in: try await withoutOthers(submit, list)) {
        case .one(let id):
            let request = QueueRequest(endpoint: submit.job.order.endpoint, requestID: id, hosts: client.hosts)
            try await ledger.move(submit.job.id, to: .submitted(request))
            return .found(request)
        case .none:
            return .unknown(reason: "fal lists no request with its arguments; they appear there late, so look again")
        case .several(let count):
            return .unknown(reason: "fal lists \(count) requests with its arguments and no ledger tells which it is")
        case .unreadable(let count):
            return .unknown(reason: "fal lists \(count) requests of that time without their arguments")
        }
    }

    /// The list without the requests that the ledger has for other jobs; only those with the job's arguments count.
    private func withoutOthers(
        _ submit: LostSubmit, _ list: [ListedRequest]
    ) async throws(GenerationError) -> [ListedRequest] {
        var free: [ListedRequest] = []
        for request in list {
            if submit.match(in: [request]) != .none {
                let owners = try await ledger.jobs(JobFilter(limit: 2, request: request.requestID))
                if owners.contains(where: { $0.id != submit.job.id }) { continue }
            }
            free.append(request)
        }
        return free
    }
}
