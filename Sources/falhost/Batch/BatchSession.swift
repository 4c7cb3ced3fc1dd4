import Batch
import EventLoop
import FalClient
import Generation
import JSON
import Scripting

/// One batch: checked as a whole, then made.
@LoopActor
struct BatchSession {
    let host: Host
    let file: String
    let jobs: [BatchJob]
    /// Of the command line; a line's own lie on top.
    let overrides: JSONObject
    let isJSON: Bool

    private func request(_ job: BatchJob) -> GenerationRequest {
        var config = overrides
        config.merge(job.overrides)
        if let preset = job.preset { config["preset"] = .string(preset) }
        return GenerationRequest(avatar: .id(job.avatar), prompt: job.prompt, overrides: config)
    }

    // MARK: Before anything is sent

    /// Plans every job; throws all that is wrong, line by line.
    func check() async throws -> BatchForecast {
        let service = try host.service()
        var forecast = BatchForecast()
        var problems: [BatchProblem] = []
        for job in jobs {
            do throws(GenerationError) {
                forecast.add(try await service.explain(request(job)))
            } catch {
                if error.code == .cancelled || error.code == .storage { throw error }
                let problem = BatchProblem(line: job.line, error.message(in: host.language))
                if problems.last != problem { problems.append(problem) }
            }
        }
        if !problems.isEmpty { throw BatchOptions.refusal(of: file, BatchFileError(problems)) }
        return forecast
    }

    /// What `--dry-run` prints.
    func tell(_ forecast: BatchForecast, concurrency: Int) async throws {
        let duration = forecast.duration(history: try await history(), concurrency: concurrency)
        guard isJSON else {
            return BatchReport.text(forecast, duration: duration, concurrency: concurrency).forEach(Console.output)
        }
        var json = forecast.json
        json.append("time", duration.map { .number($0 / .seconds(1)) } ?? .null)
        try Console.outputLine(json)
    }

    private func history() async throws -> [JobRecord] {
        guard host.settings.hasLedger else { return [] }
        return try await host.ledger().records(RecordFilter(simulated: try host.isSimulated()))
    }

    // MARK: The work

    func run(concurrency: Int) async throws {
        let service = try host.service()
        let saves = !host.settings.testMode
        if saves { try ImageFolder(path: try host.imageFolder()).check() }
        let display = BatchDisplay(
            jobs: jobs.count, isJSON: isJSON, language: host.language, quiet: host.settings.quiet,
            display: host.settings.display)
        let runner = BatchRunner(concurrency: concurrency) { job throws(BatchFailure) in
            let result: GenerationResult
            do throws(GenerationError) { result = try await service.generate(request(job)) } catch {
                throw .generation(error)
            }
            return BatchPictures(result: result, files: saves ? try await keep(result) : [])
        } report: { event in
            display.show(event)
        }
        display.begin(run: try host.jobs().run.id)
        let ending = await runner.run(jobs)
        display.end()
        if Task.isCancelled { throw GenerationError.cancelled }
        try conclude(display.progress, ending)
    }

    private func keep(_ result: GenerationResult) async throws(BatchFailure) -> [String] {
        do throws(GenerationError) {
            return try await host.keep(result)
        } catch {
            throw .saving(result, error)
        }
    }

    /// Says how the batch ended with its exit code, unless all went well.
    private func conclude(_ progress: BatchProgress, _ ending: BatchFailure?) throws {
        guard progress.completed < progress.total else { return }
        if let ending { throw ending.error }
        let run = try host.jobs().run.id
        throw CommandError(
            .partialFailure,
            "\(progress.failed) of \(progress.total) failed; make just these again: falhost batch --retry-failed \(run)"
        )
    }
}
