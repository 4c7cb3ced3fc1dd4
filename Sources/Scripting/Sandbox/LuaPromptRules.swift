package import EventLoop
package import Generation

/// The rules of `scripts/rules/`, each in a state of its own, in the order of their file names.
///
/// Files that change, come or go are taken up between two generations. A file that became broken leaves its last good
/// version in use and is reported once; one that is broken when the rules are first needed is an error.
@LoopActor
package final class LuaPromptRules: PromptRules {
    private struct Loaded {
        let set: LuaRuleSet
        let entries: [Entry]
        /// Of the folder alone.
        let listing: SourceRecord
    }
    private struct Entry {
        let name: String
        /// Nil for a file that came later and has been broken ever since.
        let rule: LuaRule?
        /// What the last attempt to load it has read.
        let sources: SourceRecord
    }
    private let folder: String
    private let library: String
    private let log: ReloadLog
    private var schedule: ReloadSchedule
    /// What changed files have to pass before they replace what is in use; nil for nothing.
    package var gate: ReloadGate?
    private var loaded: Loaded?

    /// - Parameters:
    ///   - folder: the rules; a project without one has no rules.
    ///   - library: `scripts/lib`, which rules may `require`.
    package init(folder: String, library: String, log: ReloadLog, schedule: ReloadSchedule = ReloadSchedule()) {
        self.folder = folder
        self.library = library
        self.log = log
        self.schedule = schedule
    }

    package func apply(to prompt: String, context: RuleContext) throws(GenerationError) -> [RuleStep] {
        try current().apply(to: prompt, context: context)
    }

    package func snapshot() throws(GenerationError) -> any PromptRules { try current() }

    package var sources: [SourceHash] { loaded?.set.sources ?? [] }

    private func current() throws(GenerationError) -> LuaRuleSet {
        guard let loaded else {
            let first = try load()
            self.loaded = first
            return first.set
        }
        guard schedule.isDue(), let next = reload(loaded) else { return loaded.set }
        self.loaded = next
        return next.set
    }

    // MARK: The first time

    private func load() throws(GenerationError) -> Loaded {
        _ = schedule.isDue()
        let listing = SourceRecord()
        var entries: [Entry] = []
        for name in try names(listing) {
            let sources = SourceRecord()
            let rule = try LuaRule(name, folder: folder, library: library, sources: sources)
            entries.append(Entry(name: name, rule: rule, sources: sources))
        }
        return loaded(entries, listing)
    }

    /// The files in the folder, none without a folder; the listing's record is from before they were read.
    private func names(_ listing: SourceRecord) throws(GenerationError) -> [String] {
        listing.note(folder)
        do {
            return try SourceFile.luaFiles(in: folder)
        } catch {
            if error.isMissing { return [] }
            throw .storage(path: folder, .cannotRead(reason: "\(error)"))
        }
    }

    private func loaded(_ entries: [Entry], _ listing: SourceRecord) -> Loaded {
        let root = SourceHash.root(of: folder, named: "scripts/rules")
        return Loaded(set: LuaRuleSet(entries.compactMap(\.rule), root: root), entries: entries, listing: listing)
    }

    // MARK: Later

    /// What has changed since; nil when nothing has.
    private func reload(_ old: Loaded) -> Loaded? {
        let changed = Set(old.entries.filter { $0.sources.hasChanged(settling: schedule.settling) }.map(\.name))
        let isListed = !old.listing.hasChanged(settling: schedule.settling)
        if changed.isEmpty && isListed { return nil }
        if let gate, !gate.admits() { return nil }
        let listing = isListed ? old.listing : SourceRecord()
        do throws(GenerationError) {
            let names = isListed ? old.entries.map(\.name) : try names(listing)
            let known = Dictionary(old.entries.map { ($0.name, $0) }) { $1 }
            for name in known.keys where !names.contains(name) { log.removed(LuaRule.title(name)) }
            let entries = names.map { name in
                if let entry = known[name], !changed.contains(name) { return entry }
                return attempt(name, after: known[name]?.rule)
            }
            return loaded(entries, listing)
        } catch {
            log.broken(folder, error, hasOlder: true)
            return nil
        }
    }

    private func attempt(_ name: String, after old: LuaRule?) -> Entry {
        let sources = SourceRecord()
        do throws(GenerationError) {
            let rule = try LuaRule(name, folder: folder, library: library, sources: sources)
            log.reloaded(LuaRule.title(name))
            return Entry(name: name, rule: rule, sources: sources)
        } catch {
            log.broken(LuaRule.title(name), error, hasOlder: old != nil)
            return Entry(name: name, rule: old, sources: sources)
        }
    }
}
