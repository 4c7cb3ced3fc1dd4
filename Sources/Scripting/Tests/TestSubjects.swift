package import EventLoop
package import Generation
import JSON

/// The presets and rules under test: a generation service that cannot send anything, so that what is tested is what a
/// generation would do.
@LoopActor
package final class TestSubjects {
    private let presets: any PresetSource
    private let rulesFolder: String
    private let library: String
    private let log: ReloadLog
    private let settings: GenerationSettings
    /// By the one rule that each applies; an empty name stands for all rules.
    private var services: [String: GenerationService] = [:]

    package init(
        presets: any PresetSource, rules: String, library: String, log: ReloadLog, settings: GenerationSettings
    ) {
        self.presets = presets
        rulesFolder = rules
        self.library = library
        self.log = log
        self.settings = settings
    }

    var language: Language { settings.language }

    /// The file of the rule that is meant by its name, with or without number and ending, or by a part of it.
    func rule(_ word: String) throws(TestFault) -> String {
        let names: [String]
        do throws(SourceFile.ReadError) { names = try SourceFile.luaFiles(in: rulesFolder) } catch {
            throw TestFault(description: "rule: \(error)")
        }
        let exact = names.filter { [$0, Self.plainName($0), String($0.dropLast(4))].contains(word) }
        let meant = exact.isEmpty ? names.filter { $0.contains(word) } : exact
        if let only = meant.first, meant.count == 1 { return only }
        throw TestFault(
            description: meant.isEmpty
                ? "there is no rule '\(word)' in scripts/rules: known are \(names.joined(separator: ", "))"
                : "rule '\(word)' may be \(meant.joined(separator: " or ")): write more of its name")
    }

    /// `trigger` of `20_trigger.lua`.
    private static func plainName(_ file: String) -> String {
        let name = file.dropLast(4)
        let rest = name.drop { $0.isASCII && $0.isNumber }
        return String(rest.hasPrefix("_") && rest.count < name.count ? rest.dropFirst() : name)
    }

    /// What would be sent; with one rule in place of all when `rule` names its file.
    func explain(_ request: GenerationRequest, rule: String?) async throws(GenerationError) -> Explanation {
        try await service(rule ?? "").explain(request)
    }

    private func service(_ rule: String) throws(GenerationError) -> GenerationService {
        if let service = services[rule] { return service }
        let rules: any PromptRules
        if rule.isEmpty {
            rules = LuaPromptRules(folder: rulesFolder, library: library, log: log)
        } else {
            let loaded = try LuaRule(rule, folder: rulesFolder, library: library, sources: SourceRecord())
            rules = LuaRuleSet([loaded], root: SourceHash.root(of: rulesFolder, named: "scripts/rules"))
        }
        let service = GenerationService(
            queue: NoQueue(), avatars: NoAvatars(), presets: presets, rules: rules, settings: settings)
        services[rule] = service
        return service
    }
}

/// A queue without a key and without a policy, to which nothing can be sent.
@LoopActor
private final class NoQueue: JobQueue {
    nonisolated init() {}

    var hasKey: Bool { false }
    var baseURL: String { "" }
    var pacingSummary: JSONObject { [:] }

    func perform(_ draft: any JobDraft) async throws(GenerationError) -> FinishedJob { throw .missingAPIKey }
    func review(_ draft: any JobDraft) async throws(GenerationError) -> PolicyReview? { nil }
    func lookUp(_ order: JobOrder) async throws(GenerationError) -> CacheAnswer? { nil }
    func resume(_ order: JobOrder) async throws(GenerationError) -> FinishedJob? { nil }
}

/// Tests bring their avatars along.
private struct NoAvatars: AvatarStore {
    func avatar(id: String) async throws(GenerationError) -> Avatar? { nil }
    func avatars() async throws(GenerationError) -> [Avatar] { [] }
    func save(_ avatars: [Avatar]) async throws(GenerationError) {}
    func add(_ avatar: Avatar) async throws(GenerationError) -> Bool { false }
    func update(
        _ id: String, _ change: @escaping @Sendable (Avatar) throws(GenerationError) -> Avatar
    ) async throws(GenerationError) -> Avatar? { nil }
    func remove(id: String) async throws(GenerationError) -> Bool { false }
}
