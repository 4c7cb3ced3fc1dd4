package import EventLoop
package import Generation

/// The project's `scripts/policy.lua`, asked about each job before it is sent.
///
/// A change is taken up between two jobs. Unlike a rule, a policy that became broken lets nothing through until it is
/// mended: the version before it may allow what its author has just forbidden.
@LoopActor
package final class LuaPolicy: JobPolicy {
    private enum Version {
        case none
        case loaded(LuaPolicyFunction)
        /// Why it lets nothing through.
        case broken(GenerationError)
    }
    private let path: String
    private let library: String
    private let log: ReloadLog
    private var schedule: ReloadSchedule
    /// Nil until the first look.
    private var version: Version?
    /// What the last attempt to load it has read.
    private var sources = SourceRecord()

    /// - Parameter library: `scripts/lib`, which the policy may `require`.
    package init(path: String, library: String, log: ReloadLog, schedule: ReloadSchedule = ReloadSchedule()) {
        self.path = path
        self.library = library
        self.log = log
        self.schedule = schedule
    }

    package var title: String { LuaPolicyFunction.title }

    /// Costs a look at the clock, and ten times a second one at the file.
    package var isPresent: Bool {
        if case .none = current() { false } else { true }
    }

    package func verdict(on job: PolicyJob, spent: PolicySums) throws(GenerationError) -> PolicyVerdict {
        // The version that `isPresent` has looked at: a file that goes away in between is asked once more.
        switch version {
        case .loaded(let policy): return try policy.verdict(on: job, spent: spent)
        case .broken(let error): throw error
        case .some(.none), nil: return .allow
        }
    }

    private func current() -> Version {
        guard let version else {
            _ = schedule.isDue()
            return load()
        }
        guard schedule.isDue(), sources.hasChanged(settling: schedule.settling) else { return version }
        let next = load()
        switch (version, next) {
        case (.none, .none), (_, .broken): break
        case (_, .none): log.removed(title)
        case (_, .loaded): log.reloaded(title)
        }
        return next
    }

    private func load() -> Version {
        sources = SourceRecord()
        let loaded: Version
        do throws(GenerationError) {
            loaded = try LuaPolicyFunction(path: path, library: library, sources: sources).map { .loaded($0) } ?? .none
        } catch {
            loaded = .broken(error)
        }
        version = loaded
        return loaded
    }
}
