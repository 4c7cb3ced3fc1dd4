import ArgumentParser
import EventLoop
import FalClient
import Generation
import JSON

/// `falhost jobs`: what the ledger says.
struct JobsCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List, show and cancel the jobs of the ledger.",
        subcommands: [List.self, Show.self, Cancel.self], defaultSubcommand: List.self)

    static let examples = [
        "falhost jobs list --state unknown --state submitted",
        "falhost jobs list --run 20261122-192005-3f9a --json",
        "falhost jobs show 4be1        # the beginning of an id is enough",
        "falhost jobs cancel 4be1",
    ]

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract:
                "One line a job, newest first: id, state, time, run, avatar, preset, prompt, and its key if it has one."
        )
        @OptionGroup var project: ProjectOptions
        @Option(name: .customLong("run"), help: "Only the jobs of this run.", completion: ProjectNames.runs) var runID:
            String?
        @Option(
            name: .customLong("state"),
            help: "Only jobs in this state (\(Job.State.Name.allCases.map(\.rawValue).joined(separator: ", "))).",
            completion: .list(Job.State.Name.allCases.map(\.rawValue)))
        var states: [String] = []
        @Option(help: "At most so many.") var limit = 100
        @Flag(help: "Print one JSON document.") var json = false

        func validate() throws {
            guard limit > 0 else { throw ValidationError("The limit is a number above 0.") }
            _ = try states.map(JobsCommand.state)
        }

        func run() throws {
            var filter = JobFilter(run: runID, states: Set(try states.map(JobsCommand.state)))
            // One more, to see whether there are more.
            filter.limit = limit == .max ? .max : limit + 1
            let chosen = filter
            try runCommand(project) { host in
                let ledger = try host.ledger()
                let found = try await ledger.jobs(chosen)
                let jobs = found.prefix(limit)
                if found.count > limit { Console.note("only the newest \(limit) jobs: --limit shows more") }
                if json {
                    let files = try await (ledger as? any PictureIndex)?.pictures(of: jobs.map(\.id)) ?? [:]
                    return try Console.output(.array(jobs.map { .object($0.json(files: files[$0.id] ?? [])) }))
                }
                if jobs.isEmpty { Console.note("the ledger has no such job") }
                for job in jobs { Console.output(JobsCommand.line(job)) }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print all that the ledger has of a job, with every state and its time.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Id of the job, or its beginning.", completion: ProjectNames.jobs) var id: String
        @Flag(help: "Print one JSON document.") var json = false

        func run() throws {
            try runCommand(project) { host in
                let ledger = try host.ledger()
                let job = try await JobsCommand.job(id, in: ledger)
                let history = try await ledger.history(job.id)
                let files = try await (ledger as? any PictureIndex)?.pictures(of: [job.id])[job.id] ?? []
                var document = job.json(files: files)
                if let run = try await ledger.run(job.run) {
                    document.append("script", .string(run.script))
                    document.append("server", .string(run.server))
                }
                if json {
                    document.append("history", .array(history.map { .object($0.json) }))
                    return try Console.output(.object(document))
                }
                for (name, value) in document { Console.output("\(name)\t\(try JobsCommand.text(value))") }
                for step in history {
                    let words = [step.time.description, step.state.rawValue, step.error].compactMap { $0 }
                    Console.output(words.joined(separator: "\t"))
                }
            }
        }
    }

    struct Cancel: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "Cancel a job at fal and note it in the ledger.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Id of the job, or its beginning.", completion: ProjectNames.jobs) var id: String

        func run() throws {
            try runCommand(project) { host in
                let ledger = try host.ledger()
                let job = try await JobsCommand.job(id, in: ledger)
                let outcome = try await JobsCommand.cancel(job, ledger, host)
                Console.note("job \(job.id): \(outcome)")
                if job.order.training != nil { try await host.settleTrainings() }
            }
        }
    }

    // MARK: What the commands share

    private static func state(_ word: String) throws -> Job.State.Name {
        if let name = Job.State.Name(rawValue: word.lowercased()) { return name }
        let known = Job.State.Name.allCases.map(\.rawValue)
        let hint =
            DidYouMean.nearest(to: word, in: known).map { "did you mean \($0)?" }
            ?? "known: \(known.joined(separator: ", "))"
        throw ValidationError("'\(word)' is not a state of a job; \(hint)")
    }

    /// The one job whose id begins so.
    @LoopActor
    private static func job(_ id: String, in ledger: any JobLedger) async throws -> Job {
        let prefix = id.lowercased()
        let isID = !prefix.isEmpty && prefix.count <= 16 && prefix.allSatisfy { $0.isASCII && $0.isHexDigit }
        let found = isID ? try await ledger.jobs(JobFilter(limit: 2, idPrefix: prefix)) : []
        if found.count > 1 {
            throw CommandError(.usage, "'\(id)' is the beginning of several jobs' ids: give more of it")
        }
        guard let job = found.first else {
            throw CommandError(.inputMissing, "the ledger has no job '\(id)': falhost jobs list")
        }
        return job
    }

    private static func line(_ job: Job) -> String {
        let (subject, training) = (job.order.subject, job.order.training)
        let words = [
            job.id, job.state.name.rawValue, job.created.description, job.run,
            subject?.avatarID ?? training?.avatarID ?? "-", subject?.preset ?? training?.preset ?? "-", job.title,
        ]
        return (words + (job.key.map { [word($0)] } ?? [])).joined(separator: "\t")
    }

    /// A caller's text as one column.
    private static func word(_ text: String) -> String {
        text.split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
    }

    private static func text(_ value: JSONValue) throws -> String {
        if let text = value.stringValue { return text.split(whereSeparator: \.isNewline).joined(separator: " ") }
        return String(decoding: try value.serialized(), as: UTF8.self)
    }

    /// What was done, in words.
    @LoopActor
    private static func cancel(_ job: Job, _ ledger: any JobLedger, _ host: Host) async throws -> String {
        switch try await JobCancellation(ledger: ledger, client: try host.client()).cancel(job) {
        case .unsent: return "cancelled before it was sent"
        case .requested: return "fal was asked to cancel it"
        case .forgotten: return "fal does not know it any more"
        case .ended(let state): throw CommandError(.usage, "job \(job.id) is \(state.rawValue) already")
        case .completedAtFal:
            throw CommandError(.temporary, "job \(job.id) is done already: falhost resume fetches its result")
        case .uncertain:
            throw CommandError(
                .partialFailure,
                "it is not known whether fal has job \(job.id), so it cannot be cancelled: falhost resume looks for it")
        case .inHand:
            throw CommandError(.temporary, "another process has the jobs of run \(job.run) in hand: stop that one")
        case .elsewhere(let server):
            throw CommandError(.configuration, "job \(job.id) was sent to \(server), which is not the server in use")
        }
    }
}
