package import EventLoop
package import Generation
import JSON

/// The presets of `presets/`: one Lua file each, which returns a table of config keys.
///
/// A preset that is in use is loaded again when its file, a preset that it builds on or a module that it requires has
/// changed. A file that became broken leaves the last good version in use and is reported once; one that is broken
/// when it is first asked for is an error.
@LoopActor
package final class LuaPresets: PresetSource {
    private struct Version {
        let preset: Preset
        /// What the last attempt to load it has read.
        let sources: SourceRecord
    }
    private let folder: PresetFolder
    private let log: ReloadLog
    private var schedule: ReloadSchedule
    /// What changed files have to pass before they replace what is in use; nil for nothing.
    package var gate: ReloadGate?
    private var loaded: [String: Version] = [:]
    /// During a reload the versions that it is to replace: what stays where the file is broken.
    private var outdated: [String: Version] = [:]

    /// - Parameter library: `scripts/lib`, which presets may `require`.
    package init(folder: String, library: String, log: ReloadLog, schedule: ReloadSchedule = ReloadSchedule()) {
        self.folder = PresetFolder(path: folder, name: "presets", library: library, notTable: PresetFault.notTable)
        self.log = log
        self.schedule = schedule
    }

    /// The names of the files in the folder; a project without the folder has no presets.
    package func presetNames() throws(GenerationError) -> [String] {
        try folder.names()
    }

    package func preset(named name: String) throws(GenerationError) -> Preset {
        if schedule.isDue() { reloadChanged() }
        if let version = loaded[name] { return version.preset }
        return try preset(named: name, descendants: [], for: SourceRecord())
    }

    // MARK: Reloading

    private func reloadChanged() {
        outdated = loaded.filter { $0.value.sources.hasChanged(settling: schedule.settling) }
        if outdated.isEmpty { return }
        if let gate, !gate.admits() { return outdated = [:] }
        defer { outdated = [:] }
        for name in outdated.keys { loaded[name] = nil }
        for (name, old) in outdated.sorted(by: { $0.key < $1.key }) {
            do throws(GenerationError) {
                _ = try preset(named: name, descendants: [], for: SourceRecord())
            } catch .unknownPreset {
                log.removed(folder.file(of: name))
            } catch {
                loaded[name] = old
                log.broken(folder.file(of: name), error, hasOlder: true)
            }
        }
    }

    /// Loads a file; in its place, when it is broken, the version before it.
    private func load(_ name: String, descendants: [String]) throws(GenerationError) -> Version {
        let sources = SourceRecord()
        guard let old = outdated[name] else {
            return Version(preset: try read(name, descendants, sources).preset, sources: sources)
        }
        do throws(GenerationError) {
            let (preset, problem) = try read(name, descendants, sources)
            if let problem, old.preset.problems.isEmpty { throw problem }
            log.reloaded(folder.file(of: name))
            return Version(preset: preset, sources: sources)
        } catch {
            log.broken(folder.file(of: name), error, hasOlder: true)
            return Version(preset: old.preset, sources: sources)
        }
    }

    // MARK: Loading

    /// Adds what the preset was made of to `sources`, whether it can be loaded or not.
    private func preset(
        named name: String, descendants: [String], for sources: SourceRecord
    ) throws(GenerationError) -> Preset {
        if let version = loaded[name] {
            sources.add(version.sources)
            return version.preset
        }
        try folder.check(name)
        sources.note(folder.path(of: name))
        let version = try load(name, descendants: descendants)
        loaded[name] = version
        sources.add(version.sources)
        return version.preset
    }

    /// Reads one file and puts its keys over those of the preset that it extends.
    private func read(
        _ name: String, _ descendants: [String], _ sources: SourceRecord
    ) throws(GenerationError) -> (preset: Preset, problem: GenerationError?) {
        let file = folder.file(of: name)
        var (own, text) = try folder.table(of: name, sources)
        let hashes = sources.hashes.map { $0.relative(to: root) }
        let description = try take("description", from: &own, file)
        let parent = try take("extends", from: &own, file).map { (parent) throws(GenerationError) in
            try self.parent(of: name, parent, descendants, sources)
        }
        var values = parent?.values ?? [:]
        values.merge(own)
        let preset = Preset(
            name: name, description: description, ancestors: parent.map { [$0.name] + $0.ancestors } ?? [],
            values: values, origins: (parent?.origins ?? [:]).merging(places(of: own.names, file, text)) { $1 },
            file: file,
            sources: hashes + (parent?.sources ?? []))
        return (preset, problem(of: preset))
    }

    private func places(of keys: [String], _ file: String, _ text: [UInt8]) -> [(String, SourcePlace)] {
        let lines = KeyLines(in: text)
        return keys.map { ($0, SourcePlace(file: file, line: lines[$0])) }
    }

    private func parent(
        of name: String, _ parentName: String, _ descendants: [String], _ sources: SourceRecord
    ) throws(GenerationError) -> Preset {
        let file = folder.file(of: name)
        if parentName == name { throw .brokenPreset(file: file, fault: .extendsItself) }
        if descendants.contains(parentName) {
            throw .brokenPreset(file: file, fault: .extendsInTurn(parentName))
        }
        let names = try presetNames()
        guard names.contains(parentName) else {
            sources.note(folder.path(of: parentName))
            let nearest = DidYouMean.nearest(to: parentName, in: names)
            throw .brokenPreset(file: file, fault: .extendsUnknown(parentName, nearest: nearest))
        }
        return try preset(named: parentName, descendants: descendants + [name], for: sources)
    }

    private func take(
        _ key: String, from values: inout JSONObject, _ file: String
    ) throws(GenerationError) -> String? {
        guard let value = values[key] else { return nil }
        values[key] = nil
        guard case .string(let text) = value else {
            throw .brokenPreset(file: file, fault: .notText(key: key, kind: value.kindName))
        }
        return text
    }

    /// The first of the file's own keys or values that no endpoint takes. A first load leaves that to the generation,
    /// which reports all of them; a version that works is not replaced by one that cannot.
    private func problem(of preset: Preset) -> GenerationError? {
        for problem in preset.problems {
            guard let place = problem.origin.place, place.file == preset.file else { continue }
            return .brokenPreset(file: preset.file, fault: .config(problem, place))
        }
        return nil
    }

    /// The project's folder.
    private var root: String { SourceHash.root(of: folder.path, named: "presets") }
}
