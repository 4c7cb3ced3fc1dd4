import EventLoop
import FalClient
import Generation
import JSON
import Logging
import Store

/// A service over a real avatar database, a real client and a recorded transport.
@LoopActor
struct TestService {
    let service: GenerationService
    let transport: RecordedTransport
    let ledger: LedgerDatabase
    let rules: TriggerRules
    let log: LogLines
    private let folder: TemporaryFolder

    static func make(
        _ transport: RecordedTransport = RecordedTransport(), presets: TablePresets = TablePresets(),
        avatars: [Avatar] = Array(Avatar.samples.values), testMode: Bool = false, key: String? = "id:secret",
        language: Language = .english, endpoints: [Route: Placed<String>] = [:]
    ) async throws -> TestService {
        let folder = try TemporaryFolder()
        let database = AvatarDatabase(path: "\(folder.path)/falhost.db")
        try await database.save(avatars)
        let credentials = try key.map { (key) throws(FalError) in try FalCredentials(key) }
        let client = FalClient(transport: transport, credentials: credentials)
        let rules = TriggerRules()
        let log = LogLines()
        let logger = Logger(label: "test") { _ in log }
        let settings = GenerationSettings(testMode: testMode, language: language, logger: logger, endpoints: endpoints)
        let ledger = LedgerDatabase(path: "\(folder.path)/falhost.db")
        let run = Run(id: Run.newID(), started: .now, script: "test", server: client.hosts.queue)
        let jobs = JobRunner(client: client, ledger: ledger, run: run, logger: logger)
        let service = GenerationService(
            queue: jobs, avatars: database, presets: presets, rules: rules, settings: settings)
        return TestService(
            service: service, transport: transport, ledger: ledger, rules: rules, log: log, folder: folder)
    }

    /// The body of the only submit.
    func sent() throws -> JSONObject {
        guard transport.submitted.count == 1, let body = transport.submitted.first?.body,
            let object = try JSONValue(parsing: body).objectValue
        else { throw NotOneSubmit(count: transport.submitted.count) }
        return object
    }

    struct NotOneSubmit: Error { let count: Int }

    func generate(
        _ id: String = "anna", _ prompt: String = "smiling portrait in a park", _ overrides: JSONObject = [:]
    ) async throws(GenerationError) -> GenerationResult {
        try await service.generate(GenerationRequest(avatar: .id(id), prompt: prompt, overrides: overrides))
    }

    func explain(_ id: String, _ overrides: JSONObject = [:]) async throws(GenerationError) -> Explanation {
        try await service.explain(
            GenerationRequest(avatar: .id(id), prompt: "smiling portrait in a park", overrides: overrides))
    }

    /// What a call that must fail throws.
    func failure(
        _ id: String = "anna", _ prompt: String = "a portrait", _ overrides: JSONObject = [:]
    ) async -> GenerationError? {
        do throws(GenerationError) {
            _ = try await generate(id, prompt, overrides)
            return nil
        } catch {
            return error
        }
    }
}

/// Keeps log lines in memory.
final class LogLines: LogHandler {
    private let kept = Locked<[String]>([])
    var lines: [String] { kept.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { kept.withLock { $0.append(event.message.description) } }
}

extension Avatar {
    /// Two that work, and one for each fault.
    static let samples = Dictionary(
        uniqueKeysWithValues: [
            Avatar(
                id: "anna", name: "Anna", trainingType: "portrait", status: "completed",
                diffusersLoraFileURL: "https://v3.fal.media/files/anna.safetensors", triggerPhrase: "TOK woman"),
            Avatar(
                id: "noir", name: "Noir", trainingType: "style", status: "completed", finetuneID: "ft-noir",
                triggerWord: "NOIRSTYLE"),
            Avatar(id: "draft", name: "D", trainingType: "hologram", status: "training"),
            Avatar(id: "no-type", name: "T", trainingType: "hologram", status: "completed"),
            Avatar(id: "no-lora", name: "L", trainingType: "portrait", status: "completed", finetuneID: "x"),
            Avatar(id: "no-finetune", name: "F", trainingType: "style", status: "completed"),
        ].map { ($0.id, $0) })
}
