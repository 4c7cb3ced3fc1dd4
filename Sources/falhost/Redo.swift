import EventLoop
import FalClient
import Generation
import JSON
import Logging
import Scripting
import Store

/// Makes pictures again.
@LoopActor
struct Redo {
    let host: Host
    let changes: RedoChanges

    // MARK: What to send

    /// One plan for each job; all receipts are read, and all calls checked, before anything is sent.
    func plans(for pictures: [String]) async throws -> [RedoPlan] {
        var plans: [RedoPlan] = []
        for picture in pictures {
            let receipt = try await receipt(of: picture)
            if let first = plans.first(where: { $0.receipt.job == receipt.job }) {
                Console.note("\(picture) is of the same job as \(first.picture): that is made again once")
                continue
            }
            plans.append(try await plan(picture, receipt))
        }
        return plans
    }

    private func plan(_ picture: String, _ receipt: Receipt) async throws -> RedoPlan {
        if changes.isEmpty || receipt.order.subject == nil {
            guard changes.changesSeedOnly else {
                throw CommandError(
                    .usage,
                    """
                    \(picture) is of a request that a script sent to \(receipt.order.endpoint) itself: only its seed can \
                    be changed
                    """)
            }
            let order = receipt.order(withSeed: changes.seed)
            let cost = CostEstimate(
                endpoint: order.endpoint.description, arguments: order.arguments,
                prices: try host.service().settings.prices)
            return RedoPlan(
                picture: picture, receipt: receipt, sending: .replay(order, cost: cost),
                remarks: try SourceChanges(since: receipt, in: host.projectFolder()).remarks)
        }
        guard let request = receipt.request(with: changes) else {
            throw CommandError(.usage, "\(picture) is of no avatar's call")
        }
        do {
            let explanation = try await host.service().explain(request)
            return RedoPlan(picture: picture, receipt: receipt, sending: .call(request, explanation), remarks: [])
        } catch GenerationError.avatarNotFound(let id, _) where changes.avatarID == nil {
            throw CommandError(
                .invalidData,
                """
                \(picture): its avatar '\(id)' is not here any more: name another with --avatar; without changes the \
                recorded request is sent as it was
                """)
        }
    }

    /// From the file beside the picture, the chunk in it, or the ledger.
    private func receipt(of picture: String) async throws -> Receipt {
        guard NewFile.exists(picture) || NewFile.exists(ReceiptFile.sidecar(of: picture)) else {
            throw CommandError(.inputMissing, "there is no picture '\(picture)'")
        }
        do {
            if let receipt = try ReceiptFile.read(for: picture) { return receipt }
        } catch {
            throw CommandError(error.exitCode, "\(error)")
        }
        guard let receipt = try await host.recordedReceipt(of: picture) else {
            throw CommandError(
                .inputMissing,
                """
                '\(picture)' has no receipt, and the ledger does not know it: put \(ReceiptFile.sidecar(of: picture)) \
                beside it again, or name the project that made it with --root
                """)
        }
        return receipt
    }

    // MARK: Sending

    /// Sends all of them side by side, and prints where the pictures are; throws when one could not be made.
    func perform(_ plans: [RedoPlan], asJSON json: Bool) async throws {
        try ImageFolder(path: try host.imageFolder()).check()
        for plan in plans { plan.remarks.forEach { host.logger.warning("\(plan.picture): \($0)") } }
        let outcomes = await outcomes(of: plans)
        var failures: [any Error] = []
        var documents: [JSONValue] = []
        for (plan, outcome) in zip(plans, outcomes) {
            switch outcome {
            case .success(let redone):
                if !json { redone.files.forEach(Console.output) }
                documents.append(.object(redone.json(of: plan)))
            case .failure(let error):
                failures.append(error)
                documents.append(["picture": .string(plan.picture), "error": .string(line(error))])
            }
        }
        if json { try Console.output(.array(documents)) }
        guard let failure = failures.first else { return }
        if plans.count == 1 { throw failure }
        for (plan, outcome) in zip(plans, outcomes) {
            if case .failure(let error) = outcome { Console.note("\(plan.picture): \(line(error))") }
        }
        throw CommandError(.partialFailure, "\(failures.count) of \(plans.count) pictures could not be made again")
    }

    private func line(_ error: any Error) -> String {
        switch error {
        case let error as GenerationError: falhost.line(error, host.language)
        case let error as FalError: falhost.line(.fal(error), host.language)
        default: "\(error)"
        }
    }

    private static let concurrency = 8

    private func outcomes(of plans: [RedoPlan]) async -> [Result<Redone, any Error>] {
        await withTaskGroup(of: (Int, Result<Redone, any Error>).self) { group in
            var outcomes = [Result<Redone, any Error>](
                repeating: .failure(GenerationError.cancelled), count: plans.count)
            var next = 0
            func startNext() {
                guard next < plans.count, !group.isCancelled else { return }
                let index = next
                next += 1
                group.addTask { (index, await outcome(of: plans[index])) }
            }
            for _ in 0..<Self.concurrency { startNext() }
            while let (index, outcome) = await group.next() {
                outcomes[index] = outcome
                startNext()
            }
            return outcomes
        }
    }

    private func outcome(of plan: RedoPlan) async -> Result<Redone, any Error> {
        do {
            let service = try host.service()
            let result =
                switch plan.sending {
                case .replay(let order, _): try await service.replay(order)
                case .call(let request, _): try await service.generate(request)
                }
            return .success(Redone(result: result, files: try await host.keep(result)))
        } catch {
            return .failure(error)
        }
    }

    private struct Redone: Sendable {
        let result: GenerationResult
        let files: [String]

        func json(of plan: RedoPlan) -> JSONObject {
            var json: JSONObject = ["picture": .string(plan.picture)]
            json.merge(result.json)
            json["files"] = .array(files.map(JSONValue.string))
            return json
        }
    }
}

extension RedoChanges {
    fileprivate var changesSeedOnly: Bool { avatarID == nil && preset == nil && overrides.isEmpty }
}

extension ReceiptFile.Failure {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .broken: .invalidData
        case .cannotRead(_, _, let isMissing): isMissing ? .inputMissing : .inputOutput
        case .cannotWrite: .cannotCreate
        }
    }
}
