import EventLoop
import FalClient
import Generation
import HTTPTransport
import Logging
import LuaRuntime
import Scripting
import Simulator
import Store

/// The parts of falhost, each made when it is first asked for: a script that draws nothing pays for nothing.
@LoopActor
final class Host: ScriptServices {
    let settings: Settings
    let project: Project?
    private var simulator: Simulator?
    private var madeClient: FalClient?
    private var madeService: GenerationService?
    private var madeAvatars: AvatarDatabase?
    private(set) var madeLedger: LedgerDatabase?
    private(set) var madeJobs: JobRunner?
    let metrics = RunMetrics(version: Falhost.version)
    /// Whether the command says itself how its generations went.
    var hasReport = false
    private var madePresets: LuaPresets?
    private var madePrices: PriceTable?
    /// See `reloadGate()`.
    var madeReloadGate: ReloadGate?
    /// See `projectSettings()`.
    var madeProjectSettings: ProjectSettings?
    let stopSignal: LuaStopSignal? = LuaStopSignal { Interrupts.areAwaited = $0 }
    /// See `http.receive`.
    var scriptServer: (any ScriptServer)?
    private var madePictures: PictureKeeper?
    /// See `web()`.
    var madeWeb: (any Transport)?
    /// Whether the run's pictures are wanted on this machine, whatever happens to it.
    var keepsPictures = false

    let script: String
    /// The text of the script that runs.
    private var scriptText: [UInt8]?
    /// The script's file and arguments, when the run is one of a file.
    var invocation: ScriptInvocation?
    /// A signal is the usual end of what runs, and no failure.
    var endsBySignal = false
    /// What the run takes over from earlier ones.
    var resumption: Resumption?

    /// - Parameter script: the path of the script that is run; nil for a command.
    init(settings: Settings, script: String?) throws {
        self.settings = settings
        self.script = script ?? Self.command
        project = try Project.locate(named: settings.root, script: script)
    }

    /// Starts the in-process simulator when the command line asks for it.
    func prepare() async throws {
        guard settings.simulate else { return }
        var configuration = SimulatorConfiguration()
        configuration.faults = try settings.faults.map { try Self.fault($0) }
        simulator = try await Simulator.start(configuration)
    }

    private static func fault(_ text: String) throws -> Fault {
        do {
            return try Fault(parsing: text)
        } catch {
            throw CommandError(.usage, "\(error)")
        }
    }

    /// Runs a script with this host's services.
    func run(_ source: ScriptSource, arguments: [[UInt8]], limits: ScriptLimits = ScriptLimits()) async throws {
        scriptText = source.text
        let runner = try ScriptRunner(services: self, library: project?.library, limits: limits)
        try await runner.run(source, arguments: arguments)
    }

    /// The interactive prompt's Lua side, with this host's services.
    func makeREPL(
        limits: ScriptLimits, show: @escaping @LoopActor (String) -> Void, report: @escaping @LoopActor (String) -> Void
    ) async throws -> REPLSession {
        try await REPLSession(services: self, library: project?.library, limits: limits, show: show, report: report)
    }

    /// Ends what was started; throws when something that was noted for the ledger could not be written.
    func stop() async throws {
        await simulator?.stop()
        try await madeLedger?.close()
    }

    /// The program is told to end: what fal has goes on there, and stays in the ledger.
    func leaveJobs() { madeJobs?.leaveJobs() }

    var language: Language { settings.language }

    /// Writes log lines for people, with the key masked.
    var logger: Logger {
        let level = settings.logLevel
        return Logger(label: "falhost") { _ in StderrLogHandler(logLevel: level) }
    }

    /// One for all files, so that a script may ask what is broken.
    private(set) lazy var reloadLog = ReloadLog(logger: logger, language: language)

    var reloadProblems: [String] { reloadLog.problems }

    /// - Parameter language: in which the error is told; nil for people's own.
    func projectFolder(_ language: Language? = nil) throws -> Project {
        guard let project else {
            throw CommandError(
                .configuration,
                (language ?? self.language).wording(
                    "no project here: no folder above the script or the current folder has presets/; name one with --root",
                    "здесь нет проекта: presets/ нет ни в текущей папке, ни выше неё или скрипта; укажите папку: --root"
                ))
        }
        return project
    }

    func client() throws -> FalClient {
        if let madeClient { return madeClient }
        // A host that cannot be (RFC 2606): jobs in the ledger belong to others, and no recording answers for them.
        let standIn = simulator?.baseURL ?? settings.replay.map { _ in "https://replay.invalid" }
        let hosts = try standIn.map { try FalHosts(baseURL: $0) } ?? settings.hosts
        let needsNoKey = simulator != nil || settings.replay != nil
        let credentials = needsNoKey ? try FalCredentials("simulator:any") : settings.credentials
        var clientSettings = FalClientSettings()
        if let patience = settings.patience { clientSettings.retry.budget = patience }
        let client = FalClient(
            transport: try transport(hosts), hosts: hosts, credentials: credentials, settings: clientSettings)
        client.failureObserver = { [metrics] in metrics.requestFailed($0, $1, isRetried: $2) }
        madeClient = client
        return client
    }

    func avatars() throws -> any AvatarStore {
        if let madeAvatars { return madeAvatars }
        let database = AvatarDatabase(path: try databasePath())
        madeAvatars = database
        return database
    }

    func databasePath() throws -> String {
        try settings.databasePath ?? projectFolder().data + "/falhost.db"
    }

    func ledger() throws -> any JobLedger {
        if let madeLedger { return madeLedger }
        guard settings.hasLedger else {
            throw CommandError(.configuration, "this needs the ledger, which FALHOST_LEDGER=off switches off")
        }
        let ledger = LedgerDatabase(path: try databasePath())
        madeLedger = ledger
        return ledger
    }

    func jobs() throws -> JobRunner {
        if let madeJobs { return madeJobs }
        let client = try client()
        let standIn = simulator != nil ? Run.builtInSimulator : settings.replay.map { _ in Run.replay }
        let server = standIn ?? client.hosts.queue
        var run = Run(
            id: Run.newID(), started: .now, script: script, server: server, keepsPictures: keepsPictures,
            invocation: invocation, resumes: resumption?.run.id)
        run.version = Falhost.version
        run.scriptHash = scriptText.flatMap { SHA256.digest(of: $0) }
        let ledger = try ledger(for: run)
        let jobs = JobRunner(
            client: client, ledger: ledger, run: run, logger: logger,
            spending: Spending(budget: try budget(), prices: try prices()),
            policy: project.map { LuaPolicy(path: $0.policy, library: $0.library, log: reloadLog) },
            pacing: try pacing(), metrics: metrics)
        jobs.resumption = resumption
        madeJobs = jobs
        if let madeLedger {
            jobs.cache = PictureCache(ledger: madeLedger, index: madeLedger) { [weak self] in
                guard let self else { throw CancellationError() }
                return try pictures()
            }
        }
        return jobs
    }

    /// Nil when it is switched off, and outside any project, where no place for one is known.
    private func ledger(for run: Run) throws -> (any JobLedger)? {
        let reason: String
        if !settings.hasLedger {
            reason = "FALHOST_LEDGER is off"
        } else if project == nil, settings.databasePath == nil {
            reason = "no project here: name one with --root or a file with FALHOST_DB"
        } else {
            return try ledger()
        }
        if try budget().perDay != nil {
            throw CommandError(.configuration, "a budget for a day needs a ledger: \(reason)")
        }
        // At a simulator there is nothing to lose.
        if !run.isSimulated { logger.warning("no ledger keeps these jobs: a crash loses them (\(reason))") }
        return nil
    }

    /// The published prices, and the project's own in `.falhost/prices.json` in place of them.
    func prices() throws -> PriceTable {
        if let madePrices { return madePrices }
        let prices = try project.map { try Self.prices(in: $0.data + "/prices.json") } ?? .published
        madePrices = prices
        return prices
    }

    private static func prices(in file: String) throws -> PriceTable {
        do {
            return .published.overridden(by: try PriceFile.parse(try SourceFile.read(file), file: file))
        } catch let error as SourceFile.ReadError where error.isMissing {
            return .published
        } catch let error as PriceFileError {
            throw CommandError(.configuration, error.description)
        }
    }

    /// The run's last line for people: what it spent, where anything was spent or a budget watched over it.
    func tellSpending() {
        guard !settings.quiet, !settings.testMode, let madeJobs else { return }
        let summary = madeJobs.spending.summary
        if madeJobs.spending.budget.hasLimit || (summary.jobs > 0 && !madeJobs.run.isSimulated) {
            Console.note((madeJobs.run.isSimulated ? "simulated: " : "") + summary.description)
        }
    }

    /// The words of the command line that say what was run.
    private static var command: String {
        CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") }.prefix(2).joined(separator: " ")
    }

    func presets() throws -> any PresetSource {
        if let madePresets { return madePresets }
        let project = try projectFolder()
        let presets = LuaPresets(folder: project.presets, library: project.library, log: reloadLog)
        presets.gate = try reloadGate()
        madePresets = presets
        return presets
    }

    func service() throws -> GenerationService {
        if let madeService { return madeService }
        let project = try projectFolder()
        let rules = LuaPromptRules(folder: project.rules, library: project.library, log: reloadLog)
        rules.gate = try reloadGate()
        let service = GenerationService(
            queue: try jobs(), avatars: try avatars(), presets: try presets(), rules: rules,
            settings: try generationSettings())
        service.metrics = metrics
        service.pins = try pinWatch()
        madeService = service
        return service
    }

    /// Whether jobs go to a server on this machine.
    func isSimulated() throws -> Bool { try jobs().run.isSimulated }

    func pictures() throws -> PictureKeeper {
        if let madePictures { return madePictures }
        let jobs = try jobs()
        let pictures = PictureKeeper(
            client: try client(), objects: project.map { $0.data + "/objects" }, folder: try imageFolder(),
            index: madeLedger, template: try nameTemplate(), recent: { jobs.recentPicture(at: $0) })
        PictureReceipts(run: jobs.run, ledger: madeLedger, logger: logger).join(pictures)
        madePictures = pictures
        return pictures
    }
}
