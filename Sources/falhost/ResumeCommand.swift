import ArgumentParser
import EventLoop
import FalClient
import Generation
import JSON
import Scripting

/// `falhost resume`: brings the jobs of runs that ended early to their end.
struct ResumeCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Finish the jobs of runs that were stopped, without paying for one twice.",
        discussion: """
            Prints one line a job: id, state, and where its pictures are. Ends with 0 when all jobs ended, 75 when \
            some still run at fal, 3 when others are left or a picture could not be saved.
            """)

    static let examples = [
        "falhost resume                          # the open jobs of all runs",
        "falhost resume 20261122-192005-3f9a",
        "falhost resume --timeout 30 --json",
        "falhost resume --resubmit-unknown       # jobs that fal does not list: they may be paid for twice",
    ]

    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions
    @OptionGroup var pacing: PacingOptions

    @Argument(help: "Id of a run (default: all runs whose process is gone).", completion: ProjectNames.runs) var runID:
        String?

    @Flag(help: "Submit again what fal may or may not have, when it does not list it.") var resubmitUnknown = false

    @Option(help: ArgumentHelp("How long to wait for a job (default: its own timeout).", valueName: "seconds"))
    var timeout: Double?

    @Option(help: "How many jobs to finish side by side.") var concurrency = 16

    @Flag(help: "Print one JSON document.") var json = false

    func validate() throws {
        if let timeout, !(0...604_800).contains(timeout) {
            throw ValidationError("A timeout is a number of seconds from 0 to 604800.")
        }
        guard (1...256).contains(concurrency) else {
            throw ValidationError("The concurrency is a number from 1 to 256.")
        }
    }

    func run() throws {
        var options = JobRecovery.Options()
        options.timeout = timeout.map { .seconds($0) }
        options.resubmitsUnknown = resubmitUnknown
        options.concurrency = concurrency
        let (run, json) = (runID, json)
        let chosen = options
        try runCommand(project, budget: budget, pacing: pacing) { host in
            let client = try host.client()
            guard client.hasKey else { throw GenerationError.missingAPIKey }
            let ledger = try host.ledger()
            var named: Run?
            if let run {
                named = try await ledger.run(run)
                if named == nil {
                    throw CommandError(.inputMissing, "the ledger has no run '\(run)': falhost jobs list")
                }
            }
            try ImageFolder(path: try host.imageFolder()).check()
            let pictures = try host.pictures()
            var recovery = JobRecovery(client: client, ledger: ledger, runner: try host.jobs(), options: chosen) {
                (source) throws(GenerationError) in try await pictures.keep(source).path
            }
            recovery.trainings = try host.trainingSettlement()
            let report = ResumeReport(json: json)
            for job in try await ledger.jobs(JobFilter(run: run, states: Job.State.Name.open, trainsAvatars: true)) {
                let avatar = job.order.training?.avatarID ?? ""
                Console.note("job \(job.id) trains \(avatar): that may take long (--timeout says how long to wait)")
            }
            let left = try await recovery.recover(run: run) { job in
                Console.note("job \(job.id): fal has it after all, as request \(job.state.request?.requestID ?? "")")
            } report: {
                report.add($0)
            }
            try await recovery.fetchPictures(run: run) { report.add($0) }
            try await host.settleTrainings()
            defer { if let command = named?.resumingCommand { Console.note("the rest of its script: \(command)") } }
            try report.end(left, isNamed: run != nil)
        }
    }
}

/// What a resume tells: data on standard output, words on standard error.
@LoopActor
final class ResumeReport {
    private let json: Bool
    private var jobs: [RecoveredJob] = []

    init(json: Bool) {
        self.json = json
    }

    func add(_ job: RecoveredJob) {
        jobs.append(job)
        if !json { Console.output(Self.line(job)) }
        Self.noteRemark(of: job)
    }

    static func noteRemark(of job: RecoveredJob) {
        guard let remark = job.remark else { return }
        let running = job.isRunning ? "still runs at fal; falhost resume finds it again" : remark
        Console.note("job \(job.job.id) is \(job.job.state.name.rawValue): \(running)")
    }

    static func line(_ job: RecoveredJob) -> String {
        let places = job.isPictureMissing ? job.job.state.output?.imageURLs ?? [] : job.files
        let avatar = job.job.order.training.map { [$0.avatarID] } ?? []
        return ([job.job.id, job.job.state.name.rawValue] + avatar + places).joined(separator: "\t")
    }

    /// Says what is left; throws when not all ended.
    func end(_ left: LeftJobs, isNamed: Bool) throws {
        if json { try Console.output(.array(jobs.map { .object(document($0)) })) }
        let open = jobs.filter { $0.job.state.name.isOpen }
        let running = open.count { $0.job.state.name == .submitted }
        if jobs.isEmpty, left.isEmpty { Console.note("nothing to resume: no job is open") }
        if !jobs.isEmpty { Console.note(summary) }
        for (run, count) in left.inHand.sorted(by: { $0.key < $1.key }) {
            Console.note("\(Self.jobs(count)) of run \(run) left alone: another process has them in hand")
        }
        for (server, count) in left.elsewhere.sorted(by: { $0.key < $1.key }) {
            Console.note("\(Self.jobs(count)) left alone: they were sent to \(server)")
        }
        if running > 0 { throw CommandError(.temporary, "\(Self.jobs(running)) not done yet: run it again later") }
        if open.count > 0 {
            throw CommandError(.partialFailure, "\(Self.jobs(open.count)) left as they were: see above")
        }
        if jobs.contains(where: \.isPictureMissing) {
            throw CommandError(.partialFailure, "some pictures could not be saved: see above")
        }
        // Without a name it is no failure that others work, too.
        if isNamed, !left.isEmpty { throw CommandError(.partialFailure, "the run is not this process's to finish") }
    }

    private var summary: String {
        let counts = Dictionary(grouping: jobs, by: \.job.state.name).mapValues(\.count)
        return Job.State.Name.allCases.compactMap { name in counts[name].map { "\($0) \(name.rawValue)" } }
            .joined(separator: ", ")
    }

    private func document(_ job: RecoveredJob) -> JSONObject {
        var json = job.job.json
        json.append("files", .array(job.files.map { .string($0) }))
        if let remark = job.remark { json.append("remark", .string(remark)) }
        return json
    }

    private static func jobs(_ count: Int) -> String { "\(count) job\(count == 1 ? "" : "s")" }
}
