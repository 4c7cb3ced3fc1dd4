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
    /// Options that a command needs to find the same ledger and folder.
    let folders: [String]

    private func request(_ job: BatchJob) -> GenerationRequest {
        var config = overrides
        config.merge(job.overrides)
        if let preset = job.preset { config["preset"] = .string(preset) }
        return GenerationRequest(
            avatar: .id(job.avatar), prompt: job.prompt, overrides: config,
            place: CallPlace(Int64(job.number), position: "\(file):\(job.line)"), pictureName: job.name)
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

    // MARK: The work

    private var language: Language { host.language }

    func run(concurrency: Int) async throws {
        let service = try host.service()
        try service.checkKey()
        host.hasReport = true
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
            return BatchPictures(result: result, files: saves ? try await keep(result, job) : [])
        } report: { event in
            display.show(event)
        }
        display.begin(run: try host.jobs().run.id)
        let ending = await runner.run(jobs)
        display.end()
        if Task.isCancelled { throw GenerationError.cancelled }
        try await conclude(display.progress, ending)
    }

    private func keep(_ result: GenerationResult, _ job: BatchJob) async throws(BatchFailure) -> [String] {
        do throws(GenerationError) {
            return try await host.keep(result, as: job.name)
        } catch {
            throw .saving(result, error)
        }
    }

    /// Says how the batch ended with its exit code, unless all went well; and what makes the rest.
    private func conclude(_ progress: BatchProgress, _ ending: BatchFailure?) async throws {
        guard progress.completed < progress.total else { return }
        if let ending {
            if let command = await host.batchCommand() {
                Console.note(language.wording("the rest of the batch: \(command)", "остаток пакета: \(command)"))
            }
            throw ending.error
        }
        let (count, total) = (progress.failed, progress.total)
        let failed = language.wording("\(count) of \(total) failed", "с ошибкой \(count) из \(total)")
        if progress.overBudget == progress.failed {
            let why = language.wording(" for the budget", " из-за бюджета")
            let lead = language.wording("; with more of it: ", "; с большим: ")
            throw CommandError(.stoppedByBudget, failed + why + (await rest(lead)))
        }
        guard try await host.countOfFailedJobs() == progress.failed else {
            let lead = language.wording("; make these again: ", "; сделать их снова: ")
            throw CommandError(.partialFailure, failed + (await rest(lead)))
        }
        let command = Run.shellCommand(["falhost", "batch", "--retry-failed", try host.jobs().run.id] + folders)
        let lead = language.wording("; make just these again: ", "; сделать снова только их: ")
        throw CommandError(.partialFailure, failed + lead + command)
    }

    /// The command for jobs of which the ledger has no row, or more to say than that they failed.
    private func rest(_ lead: String) async -> String {
        await host.batchCommand().map { lead + $0 } ?? ""
    }
}
