import EventLoop
import FalClient
import Foundation
import Generation
import Simulator
import Store

/// A kind of fault at a stage of a job, and what came of it.
struct FaultCell: Sendable {
    /// In the order of the table's columns.
    static let stages: [Fault.Stage] = [.upload, .submit, .stream, .status, .result, .download, .job]

    let stage: Fault.Stage
    let kind: Fault.Kind
    /// Strikes for as long as the call lasts, not once.
    let isLasting: Bool

    /// All that the simulator has.
    static func all(lasting: Bool) -> [FaultCell] {
        // What a job is like holds for all of it: there is but one.
        stages.filter { !lasting || $0 != .job }.flatMap { stage in
            Fault.Kind.allCases.filter { $0.stages.contains(stage) }
                .map { FaultCell(stage: stage, kind: $0, isLasting: lasting) }
        }
    }

    var name: String { faults.joined(separator: " ") }

    /// As `--fault` takes them.
    var faults: [String] {
        var fault = "\(stage.rawValue):\(kind.rawValue)"
        switch kind {
        case .hugeBody: fault += ":bytes=2000000"
        // Shorter than the answer's deadline: what is late beyond it hangs.
        case .late: fault += ":ms=100"
        // Half a second for the longest body that is bent so.
        case .slowBody: fault += ":ms=1"
        default: break
        }
        fault += ":times=\(isLasting ? "always" : "1")"
        if kind == .redirect || kind == .foreignURLs { fault += ":url=http://127.0.0.1:9" }
        // Nobody asks for the status while there is a stream.
        return stage == .status ? ["stream:nginx-500:times=always", fault] : [fault]
    }

    struct Outcome: Sendable {
        /// Of the error that the caller gets.
        var code: String?
        /// The ledger's word after the call, and after a resume when fal is well again; nil without a job.
        var states: [Job.State.Name] = []
        var submits = 0
        /// The picture was there after the call, and is there in the end.
        var hadPicture = false
        var hasPicture = false
        /// The model's output has no picture.
        var isWithoutPicture = false
        var time = Duration.zero

        /// For the table: what the caller gets, what the ledger says, what a resume makes of it.
        var words: String {
            if code == nil, hadPicture { return "picture" }
            var words = code ?? "no picture"
            if let state = states.first { words += ", \(state.rawValue)" }
            if let end = states.last, end != states.first { words += " → \(end.rawValue)" }
            if !hadPicture, hasPicture { words += " → picture" }
            return words + (submits == 0 && !states.isEmpty ? " (no job)" : "")
        }

        /// What must never be, whatever the fault; nil when all is well.
        var wrong: String? {
            if submits > 1 { return "\(submits) submits: paid for twice" }
            if time > .seconds(60) { return "it took \(time)" }
            guard let end = states.last else { return submits == 0 ? nil : "submitted without a row in the ledger" }
            switch end {
            case .completed where submits == 0: return "completed without a submit"
            case .completed: return hasPicture || isWithoutPicture ? nil : "the picture is lost"
            case .failed, .cancelled, .expired, .unknown: return nil
            case .intent, .submitting, .submitted: return "it stays \(end.rawValue)"
            }
        }
    }

    /// Runs one job from the upload of its input to the download of its picture, then what `falhost resume` does.
    @LoopActor
    func run() async throws -> Outcome {
        var outcome = Outcome()
        outcome.isWithoutPicture = [.imagesEmpty, .imagesMissing, .imageWithoutURL].contains(kind)
        let start = ContinuousClock.now
        try await AbandonedJobs.with(faults) { jobs in
            var url: String?
            do {
                url = try await call(jobs)
                outcome.hadPicture = try await jobs.fetch(url)
            } catch let error as GenerationError {
                outcome.code = error.code.rawValue
            } catch let error as FalError {
                outcome.code = error.code.rawValue
            }
            try await jobs.die()
            jobs.simulator.clearFaults()
            if let job = try await jobs.ledger.jobs(JobFilter()).first {
                outcome.states.append(job.state.name)
                let recovered = try await jobs.recover().jobs
                let end = try await jobs.ledger.job(job.id)?.state ?? job.state
                outcome.states.append(end.name)
                outcome.hasPicture = outcome.hadPicture || recovered.first?.files.isEmpty == false
                // The ledger has the address of what was completed.
                if !outcome.hasPicture, let url = end.output?.imageURLs.first {
                    outcome.hasPicture = try await jobs.fetch(url)
                }
            }
            outcome.submits = jobs.simulator.counters().submits
        }
        outcome.time = .now - start
        return outcome
    }

    /// The address of the picture; nil when the output has none.
    @LoopActor
    private func call(_ jobs: AbandonedJobs) async throws -> String? {
        if stage == .upload {
            _ = try await jobs.client.upload(.bytes(Array("input".utf8)), fileName: "input.txt")
        }
        let patience: Duration = kind == .endless ? .milliseconds(800) : .seconds(45)
        let job = try await jobs.runner.perform(try jobs.order(timeout: patience))
        return JobOutput(output: job.result.output, billableUnits: nil).imageURLs.first
    }
}
