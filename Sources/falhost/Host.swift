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
    private let project: Project?
    private var simulator: Simulator?
    private var madeClient: FalClient?
    private var madeService: GenerationService?
    private var madeAvatars: AvatarDatabase?
    private var madePresets: LuaPresets?

    init(settings: Settings, script: String?) throws {
        self.settings = settings
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
        let runner = try ScriptRunner(services: self, library: project?.library, limits: limits)
        try await runner.run(source, arguments: arguments)
    }

    /// The interactive prompt's Lua side, with this host's services.
    func makeREPL(
        show: @escaping @LoopActor (String) -> Void, report: @escaping @LoopActor (String) -> Void
    ) async throws -> REPLSession {
        try await REPLSession(services: self, library: project?.library, show: show, report: report)
    }

    func stop() async {
        await simulator?.stop()
    }

    var language: Language { settings.language }

    /// Writes log lines for people, with the key masked.
    var logger: Logger {
        let level = settings.logLevel
        return Logger(label: "falhost") { _ in StderrLogHandler(logLevel: level) }
    }

    private var reloadLog: ReloadLog { ReloadLog(logger: logger, language: language) }

    func projectFolder() throws -> Project {
        guard let project else {
            throw CommandError(
                .configuration,
                "no project here: no folder above the script or the current folder has presets/; name one with --root")
        }
        return project
    }

    func client() throws -> FalClient {
        if let madeClient { return madeClient }
        let hosts = try simulator.map { try FalHosts(baseURL: $0.baseURL) } ?? settings.hosts
        let credentials = simulator == nil ? settings.credentials : try FalCredentials("simulator:any")
        var clientSettings = FalClientSettings()
        if let patience = settings.patience { clientSettings.retry.budget = patience }
        let client = FalClient(
            transport: CurlTransport(), hosts: hosts, credentials: credentials, settings: clientSettings)
        madeClient = client
        return client
    }

    func avatars() throws -> any AvatarStore {
        if let madeAvatars { return madeAvatars }
        let path = try settings.databasePath ?? projectFolder().data + "/falhost.db"
        let database = AvatarDatabase(path: path)
        madeAvatars = database
        return database
    }

    func presets() throws -> any PresetSource {
        if let madePresets { return madePresets }
        let project = try projectFolder()
        let presets = LuaPresets(folder: project.presets, library: project.library, log: reloadLog)
        madePresets = presets
        return presets
    }

    func service() throws -> GenerationService {
        if let madeService { return madeService }
        let project = try projectFolder()
        let service = GenerationService(
            queue: try client(), avatars: try avatars(), presets: try presets(),
            rules: LuaPromptRules(folder: project.rules, library: project.library, log: reloadLog),
            settings: GenerationSettings(testMode: settings.testMode, language: settings.language, logger: logger))
        madeService = service
        return service
    }

    /// Downloads a picture into the picture folder and returns its path.
    func saveImage(_ url: String) async throws -> String {
        try await ImageFolder(path: try imageFolder()).save(url, with: try client())
    }

    func imageFolder() throws -> String {
        try settings.imageFolder ?? projectFolder().data + "/images"
    }
}
