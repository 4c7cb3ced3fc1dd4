import EventLoop
import Generation
import Scripting

/// What flags and variables leave to the project's `falhost.lua` (facts: built-in, project, variables, flags).
extension Host {
    /// Read when it is first needed; a project without the file costs a look whether it is there.
    func projectSettings() throws -> ProjectSettings {
        if let madeProjectSettings { return madeProjectSettings }
        let read = try project.flatMap { project in
            do throws(ProjectSettingsError) {
                return try ProjectSettingsFile.read(
                    "\(project.root)/\(ProjectSettingsFile.name)", library: project.library)
            } catch {
                throw CommandError(.configuration, error.description)
            }
        }
        let settings = read ?? ProjectSettings()
        madeProjectSettings = settings
        return settings
    }

    /// Each limit from its flag or variable, else from the project.
    func budget() throws -> Budget {
        let own = settings.budget
        let project = try projectSettings().budget
        return Budget(
            perRun: own.perRun ?? project.perRun, perDay: own.perDay ?? project.perDay,
            assumedPrice: own.assumedPrice ?? project.assumedPrice)
    }

    /// Each limit from its flag or variable, else from the project.
    func pacing() throws -> Pacing {
        let own = settings.pacing
        let project = try projectSettings().pacing
        return Pacing(
            jobsInFlight: own.jobsInFlight ?? project.jobsInFlight,
            submitsPerSecond: own.submitsPerSecond ?? project.submitsPerSecond, burst: own.burst ?? project.burst,
            isFairToAvatars: own.isFairToAvatars)
    }

    func generationSettings() throws -> GenerationSettings {
        let project = try projectSettings()
        var made = GenerationSettings(
            testMode: settings.testMode, language: settings.language, logger: logger, endpoints: project.endpoints,
            defaultPreset: project.preset, prices: try prices())
        if let concurrency = project.concurrency { made.concurrency = concurrency }
        return made
    }

    /// What changed presets and rules have to pass, where the project wants that; the same for both.
    func reloadGate() throws -> ReloadGate? {
        guard try projectSettings().testsReloads else { return nil }
        if let madeReloadGate { return madeReloadGate }
        let gate = ReloadGate(root: try projectFolder().root, log: reloadLog, settings: try generationSettings())
        madeReloadGate = gate
        return gate
    }

    /// `--name` or its variable, else the project's, else the usual one.
    func nameTemplate() throws -> NameTemplate {
        if let template = try settings.nameTemplate ?? projectSettings().names { return template }
        return try NameTemplate(NameTemplate.usualText)
    }

    /// `--out`, else the project's own folder, else the one beside the ledger.
    func imageFolder() throws -> String {
        if let folder = settings.imageFolder { return folder }
        let project = try projectFolder()
        guard let out = try projectSettings().out else { return project.data + "/images" }
        return out.hasPrefix("/") ? out : "\(project.root)/\(out)"
    }
}
