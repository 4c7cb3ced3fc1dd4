import ArgumentParser
import EventLoop
import FalClient
import Generation
import Logging
import Scripting
import Webhooks

/// `falhost serve`: receives fal's webhooks, beside a script or to collect what runs left open.
struct ServeCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Receive fal's webhooks beside a script, or to collect what runs left open.",
        discussion: """
            A signed delivery wakes whoever waits for its job; polling goes on as the safety net. Without a script the \
            open jobs of runs whose process is gone are brought to their end and their pictures kept, one line a job as \
            falhost resume prints it, until Ctrl-C or SIGTERM. A script may answer for paths of its own (http.receive). \
            GET /healthz and /metrics answer on the same port, which speaks plain HTTP: a proxy in front of it has the certificate.
            """)

    static let examples = [
        "falhost serve --webhook-port 8081                                     # collects, until Ctrl-C",
        "falhost serve --public-url https://bot.example/fal scripts/quickstart.lua   # each job names the webhook",
        "curl http://127.0.0.1:8081/healthz",
        "curl http://127.0.0.1:8081/metrics",
    ]

    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions
    @OptionGroup var resumption: ResumptionOptions
    @OptionGroup var pacing: PacingOptions

    @Option(help: "Port of the receiver; 0 takes a free one.") var webhookPort = 8081
    @Option(help: "Address that the receiver listens on.") var host = "127.0.0.1"
    @Option(help: "Path that fal's deliveries are posted to.") var webhookPath = "/webhooks/fal"

    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp(
            "The receiver's address as fal reaches it: each job that names no webhook_url gets it.", valueName: "url"))
    var publicURL: String?

    @Flag(help: "Without a script: also submit the jobs that never left, as falhost resume does.")
    var submitUnsent = false

    @Argument(
        parsing: .captureForPassthrough, help: ArgumentHelp("A Lua script and its arguments.", valueName: "script"),
        completion: .file(extensions: ["lua"]))
    var words: [String] = []

    func validate() throws {
        guard (0...65_535).contains(webhookPort) else { throw ValidationError("A port is a number from 0 to 65535.") }
        guard webhookPath.hasPrefix("/"), !webhookPath.contains("?") else {
            throw ValidationError("A path begins with / and has no query.")
        }
        if let publicURL, WebAddress(publicURL) == nil {
            throw ValidationError("--public-url takes an http or https URL.")
        }
        if submitUnsent, !words.isEmpty { throw ValidationError("--submit-unsent is for serving without a script.") }
    }

    func run() throws {
        let script = words.first
        // The parser leaves what comes where a script may stand to the script.
        if let script, ["-h", "--help"].contains(script) { throw CleanExit.helpRequest(Self.self) }
        if let script, script.hasPrefix("-") {
            throw ValidationError("unknown option '\(script)' (falhost serve --help lists them)")
        }
        try resumption.check(script: script, isSimulated: project.shared.simulate)
        var settings = WebhookSettings()
        (settings.host, settings.port, settings.path) = (host, webhookPort, webhookPath)
        let chosen = settings
        try runCommand(project, budget: budget, pacing: pacing, script: script) { host in
            if let script { try await serve(script, host, chosen) } else { try await collect(host, chosen) }
        }
    }

    /// Runs a script beside the receiver, and ends with it.
    @LoopActor
    private func serve(_ script: String, _ host: Host, _ settings: WebhookSettings) async throws {
        // Byte for byte: a script may get any file's name.
        let arguments = Array(CommandLine.rawArguments.suffix(words.count - 1))
        host.invocation = ScriptInvocation(script: script, arguments: arguments)
        let source = ScriptSource(text: try SourceFile.read(script), name: "@" + script, arg0: script)
        try await host.resume(resumption)
        let runner = try host.jobs()
        runner.webhook = publicURL
        var recovery: JobRecovery?
        if host.madeLedger != nil { recovery = try host.recovery(submitsUnsent: false) }
        let noticed = NoticedJobs(runner: runner, recovery: recovery) { Self.tell($0) }
        try await host.receiving(settings, noticed) { desk in
            host.scriptServer = desk.paths
            try await host.run(source, arguments: arguments)
        }
    }

    /// Brings open jobs to their end until the first signal.
    @LoopActor
    private func collect(_ host: Host, _ settings: WebhookSettings) async throws {
        host.endsBySignal = true
        guard try host.client().hasKey else { throw GenerationError.missingAPIKey }
        _ = try host.ledger()
        try ImageFolder(path: try host.imageFolder()).check()
        let runner = try host.jobs()
        runner.webhook = publicURL
        let report = CollectionReport()
        let recovery = try host.recovery(submitsUnsent: submitUnsent)
        let noticed = NoticedJobs(runner: runner, recovery: recovery) { report.tell($0) }
        try await host.receiving(settings, noticed) { desk in
            try await noticed.takeUp(Job.State.Name.open)
            try await recovery.fetchPictures(run: nil) { report.tell($0) }
            while !Task.isCancelled {
                // The jobs of processes that end meanwhile; what is unknown stays so until somebody looks into it.
                try? await LoopActor.sleep(for: .seconds(30))
                do throws(GenerationError) {
                    if !Task.isCancelled { try await noticed.takeUp([.submitted]) }
                } catch {
                    host.logger.warning("the open jobs cannot be read: \(error.message(in: .english))")
                }
            }
        }
    }

    /// A job of an earlier run is no output of the script.
    @LoopActor
    private static func tell(_ job: RecoveredJob) {
        let remark = job.remark.map { ": \($0)" } ?? ""
        Console.note("job \(job.job.id) of run \(job.job.run) is \(job.job.state.name.rawValue)\(remark)")
    }
}

extension Host {
    /// Takes up jobs of other runs, and keeps their pictures.
    func recovery(submitsUnsent: Bool) throws -> JobRecovery {
        var options = JobRecovery.Options()
        options.submitsUnsent = submitsUnsent
        // Each waits for its webhook; few have anything to do.
        options.concurrency = 256
        let pictures = try pictures()
        return JobRecovery(client: try client(), ledger: try ledger(), runner: try jobs(), options: options) {
            (source) throws(GenerationError) in try await pictures.keep(source).path
        }
    }

    /// Listens while `body` runs.
    func receiving(
        _ settings: WebhookSettings, _ noticed: NoticedJobs, _ body: @LoopActor (WebhookDesk) async throws -> Void
    ) async throws {
        let desk = try await WebhookDesk(self, settings, noticed)
        if !self.settings.quiet { Console.note("webhooks: \(desk.receiver.address)\(settings.path)") }
        do {
            try await body(desk)
        } catch {
            await desk.stop()
            throw error
        }
        await desk.stop()
    }
}
