import FalClient
import Generation
import HTTPTransport
import Logging

/// What environment and flags say, before anything of the project is read.
struct Settings {
    let root: String?
    let simulate: Bool
    let faults: [String]
    /// The folder that the conversation is kept in.
    let record: String?
    /// The folder that answers in place of fal.
    let replay: String?
    let imageFolder: String?
    /// Nil where neither flag nor variable names one.
    let nameTemplate: NameTemplate?
    let databasePath: String?
    /// False keeps no record of jobs.
    let hasLedger: Bool
    let testMode: Bool
    let language: Language
    let logLevel: Logger.Level
    let credentials: FalCredentials?
    /// The variables that the key was found in.
    let keySource: String?
    let hosts: FalHosts
    /// How long a failing call, such as the one for a paid result, is made again; nil for the client's own.
    let patience: Duration?
    let budget: Budget
    let pacing: Pacing
    let metrics: MetricsSettings
    /// Only warnings and errors on standard error.
    let quiet: Bool
    let display: Display

    /// Reads the environment once; the variables that hold a key are taken out of it.
    init(
        _ options: ProjectOptions, _ budget: BudgetOptions? = nil, _ pacing: PacingOptions? = nil,
        usualLogLevel: Logger.Level = .info
    ) throws {
        root = options.shared.root ?? Environment.value("FALHOST_ROOT")
        simulate = options.shared.simulate
        faults = options.shared.faults
        record = options.record.map(Project.absolute)
        replay = options.replay.map(Project.absolute)
        imageFolder = options.out.map(Project.absolute)
        nameTemplate = try Self.nameTemplate(options)
        databasePath = Environment.value("FALHOST_DB")
        hasLedger = try Self.hasLedger()
        testMode = Environment.isTrue("AVATAR_TEST_MODE")
        language = Self.language()
        logLevel = try Self.logLevel(options, usual: usualLogLevel)
        (credentials, keySource) = try Self.credentials()
        hosts = try Self.hosts()
        patience = try Self.patience()
        self.budget = try Budget(budget)
        self.pacing = try Pacing(pacing)
        metrics = try MetricsSettings(pacing?.metrics)
        quiet = options.shared.quiet
        display = try Display(options.shared.display)
    }

    private static func hasLedger() throws -> Bool {
        switch Environment.value("FALHOST_LEDGER") {
        case nil, "on": return true
        case "off": return false
        case let word?: throw CommandError(.configuration, "FALHOST_LEDGER: '\(word)' is neither on nor off")
        }
    }

    private static func nameTemplate(_ options: ProjectOptions) throws -> NameTemplate? {
        let (text, source) = options.name.map { ($0, "--name") } ?? (Environment.value("FALHOST_NAME"), "FALHOST_NAME")
        guard let text else { return nil }
        do {
            return try NameTemplate(text)
        } catch {
            throw CommandError(options.name == nil ? .configuration : .usage, "\(source): \(error)")
        }
    }

    private static func patience() throws -> Duration? {
        guard let text = Environment.value("FALHOST_PATIENCE") else { return nil }
        guard let seconds = Double(text), (0...86_400).contains(seconds) else {
            throw CommandError(.configuration, "FALHOST_PATIENCE: '\(text)' is not a number of seconds up to 86400")
        }
        return .seconds(seconds)
    }

    /// Of messages: `FALHOST_LANG`, else the locale.
    static func language() -> Language {
        let names = ["FALHOST_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        guard let value = names.lazy.compactMap(Environment.value).first else { return .english }
        return value == "ru" || value.hasPrefix("ru_") || value.hasPrefix("ru.") ? .russian : .english
    }

    private static func logLevel(_ options: ProjectOptions, usual: Logger.Level) throws -> Logger.Level {
        if options.shared.quiet { return .warning }
        if options.shared.verbose { return .debug }
        guard let word = Environment.value("FALHOST_LOG") else { return usual }
        guard let level = Logger.Level(rawValue: word.lowercased()) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError(.configuration, "FALHOST_LOG: '\(word)' is not a log level; known: \(known)")
        }
        return level
    }

    /// The key, from the first variable of DESIGN.md §4 that has one.
    private static func credentials() throws -> (FalCredentials?, source: String?) {
        let names = ["FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "FAL_API_KEY", "FAL_AI_API_KEY"]
        let values = Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                Environment.value(name).map { (name, $0) }
            })
        for name in names { Environment.remove(name) }
        if let key = values["FAL_KEY"] { return (try parse(key, from: "FAL_KEY"), "FAL_KEY") }
        if let id = values["FAL_KEY_ID"], let secret = values["FAL_KEY_SECRET"] {
            let source = "FAL_KEY_ID and FAL_KEY_SECRET"
            return (try parse("\(id):\(secret)", from: source), source)
        }
        for name in ["FAL_API_KEY", "FAL_AI_API_KEY"] {
            if let key = values[name] {
                Console.note("note: the key comes from \(name); FAL_KEY is the usual name")
                return (try parse(key, from: name), name)
            }
        }
        return (nil, nil)
    }

    private static func parse(_ key: String, from name: String) throws -> FalCredentials {
        do {
            return try FalCredentials(key)
        } catch {
            throw CommandError(.noPermission, "\(name): \(error.message)")
        }
    }

    private static func hosts() throws -> FalHosts {
        let base = Environment.value("FALHOST_BASE_URL")
        do {
            if let base { return try FalHosts(baseURL: base) }
            return try FalHosts(
                runHost: Environment.value("FAL_RUN_HOST"), queueHost: Environment.value("FAL_QUEUE_RUN_HOST"),
                restHost: Environment.value("FAL_REST_HOST"))
        } catch {
            let names = base == nil ? "FAL_RUN_HOST, FAL_QUEUE_RUN_HOST, FAL_REST_HOST" : "FALHOST_BASE_URL"
            throw CommandError(.configuration, "\(names): \(error.message)")
        }
    }

    /// The same error with the key, and what is secret in URLs, masked, should it ever stand in a message.
    static func redacted(_ error: any Error) -> any Error {
        guard let error = error as? CommandError else { return error }
        return CommandError(error.exitCode, URLSecrets.masked(FalCredentials.redact(error.message)))
    }
}
