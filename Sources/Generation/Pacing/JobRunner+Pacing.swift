internal import EventLoop
internal import FalClient
package import JSON

/// A job's way through the gate.
extension JobRunner {
    /// Submits a job in its turn, again when fal refused it for now, and takes down what came of it.
    func send(
        _ departure: Departure, _ options: SubmitOptions, _ deadline: ContinuousClock.Instant?, isAwaited: Bool
    ) async throws(GenerationError) -> SubmittedJob {
        var departure = departure
        do throws(GenerationError) {
            let request = try await sendInTurn(&departure, options, deadline)
            let ticket = departure.ticket
            flights[departure.id] = isAwaited ? .attended(ticket) : .unattended(ticket, request)
            watchUnattended()
            await record(request, of: departure.id)
            return SubmittedJob(
                id: departure.id, request: request, cost: departure.cost, order: departure.order,
                created: departure.created)
        } catch {
            gate.leave(departure.ticket)
            await giveUp(departure, error)
            throw error
        }
    }

    private func sendInTurn(
        _ departure: inout Departure, _ options: SubmitOptions, _ deadline: ContinuousClock.Instant?
    ) async throws(GenerationError) -> QueueRequest {
        // A queue that is longer than the caller likes says nothing of the account.
        let isPaced = options.maxQueueLength == nil
        var refusal: FalError?
        while true {
            try await turn(of: departure.ticket, until: deadline, after: refusal)
            if departure.recorded != .submitting {
                try await ledger?.move(departure.id, to: .submitting)
                departure.recorded = .submitting
            }
            do throws(FalError) {
                if Task.isCancelled { throw FalError(.cancelled, "the call was cancelled") }
                let request = try await client.submit(
                    departure.order.endpoint, arguments: departure.order.arguments, body: departure.order.body,
                    options: options.startingBefore(deadline).posting(to: departure.order.options.webhook ?? webhook),
                    deadline: deadline, retriesRefusals: !isPaced)
                gate.accept(departure.ticket)
                return request
            } catch {
                guard isPaced, goesBack(departure.ticket, after: error) else {
                    // The time that was up went into refusals: they are what the caller should know. (What may have
                    // reached fal is `submit_unknown`, whatever the time.)
                    throw .fal(error.code == .timeout ? refusal ?? error : error)
                }
                refusal = error
                // It need not be durable: a job that seems to be submitting is looked for at fal first.
                ledger?.note(departure.id, departure.unsent)
                departure.recorded = departure.unsent
            }
        }
    }

    /// Whether a submit that failed so is made again in its turn.
    func goesBack(_ ticket: SubmitGate.Ticket, after error: FalError) -> Bool {
        guard error.status == 429 else { return false }
        let namesConcurrency = error.type == "concurrent_requests_limit"
        return gate.refuse(ticket, retryAfter: error.retryAfter, namesConcurrency: namesConcurrency)
    }

    /// Waits for a job's turn; `refusal` is why it waits again.
    func turn(
        of ticket: SubmitGate.Ticket, until deadline: ContinuousClock.Instant?, after refusal: FalError? = nil
    ) async throws(GenerationError) {
        if gate.isAdmitted(ticket) { return }
        watchUnattended()
        do throws(SubmitGate.Missed) {
            try await gate.turn(of: ticket, until: deadline)
        } catch {
            switch error {
            case .cancelled:
                throw .fal(FalError(.cancelled, "the call was cancelled while the job waited for its turn"))
            case .timedOut:
                let message = "the time was up before it was the job's turn: nothing was sent"
                throw .fal(refusal ?? FalError(.timeout, message, retryable: true))
            }
        }
    }

    private func giveUp(_ departure: Departure, _ error: GenerationError) async {
        guard case .fal(let error) = error else {
            // The ledger cannot be written: it goes on saying what it says.
            return spending.release(departure.id)
        }
        let stays = departure.isTakenUp ? error.leavesJobUnsent : error.code == .cancelled && client.leavesJobs
        guard stays else { return await end(departure.id, .init(failedSubmit: error)) }
        spending.release(departure.id)
        if departure.recorded != departure.unsent { await end(departure.id, departure.unsent) }
    }

    // MARK: Jobs in flight

    /// Counts a job that another process submitted.
    func takeUp(_ id: String) {
        flights[id] = .attended(gate.enterHeld())
    }

    /// Somebody waits for the job from now on.
    func attend(_ id: String) {
        guard let flight = flights[id] else { return }
        if case .watched(_, let watch) = flight { watch.cancel() }
        flights[id] = .attended(flight.ticket)
    }

    /// The job has ended, or nobody waits for it any more.
    func land(_ id: String) {
        guard let flight = flights.removeValue(forKey: id) else { return }
        if case .watched(_, let watch) = flight { watch.cancel() }
        gate.leave(flight.ticket)
    }

    /// Where others wait for a place, finds out when the jobs end whose results nobody asks for: a script may submit all of
    /// its jobs before it asks for the first result.
    private func watchUnattended() {
        guard gate.isFull else { return }
        for (id, flight) in flights {
            guard case .unattended(let ticket, let request) = flight else { continue }
            let watch = LoopActor.spawn { [weak self, client] in
                try await LoopActor.sleep(for: Self.graceOfUnattended)
                let events = client.events(of: request)
                do {
                    while try await events.next() != nil {}
                } catch {
                    // fal cannot be asked about it: it is given up, as any job whose wait fails. Not so when the watch
                    // was cancelled: somebody waits now.
                    if Task.isCancelled { return }
                }
                self?.landWatched(id)
            }
            flights[id] = .watched(ticket, watch)
        }
    }

    /// Most scripts ask for a result soon after the submit, and watch it then themselves.
    private static let graceOfUnattended = Duration.milliseconds(250)

    private func landWatched(_ id: String) {
        if case .watched? = flights[id] { land(id) }
    }
}

extension JobRunner {
    package var pacingSummary: JSONObject {
        var json: JSONObject = [
            "in_flight": .integer(Int64(gate.inFlight)), "waiting": .integer(Int64(gate.waiting)),
            "burst": .integer(Int64(pacing.burst ?? 1)), "fair_to_avatars": .bool(pacing.isFairToAvatars),
        ]
        if let limit = pacing.jobsInFlight { json.append("jobs_in_flight", .integer(Int64(limit))) }
        if let limit = gate.currentLimit { json.append("limit_now", .integer(Int64(limit))) }
        if let rate = pacing.submitsPerSecond { json.append("submits_per_second", .number(rate)) }
        return json
    }
}
