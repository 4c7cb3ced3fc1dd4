package import EventLoop
import Generation
import JSON

/// Reads a project's `falhost.lua`, one Lua table, in the sandbox of presets.
@LoopActor
package enum ProjectSettingsFile {
    /// How messages call the file.
    package nonisolated static let name = "falhost.lua"

    /// Nil when there is no such file, and then no Lua state is made.
    ///
    /// - Parameter library: `scripts/lib`, which the file may `require`.
    package static func read(_ path: String, library: String) throws(ProjectSettingsError) -> ProjectSettings? {
        guard let (values, text) = try evaluate(path, library) else { return nil }
        return try settings(SettingsTable(values, path: [], text: text))
    }

    private static func evaluate(
        _ path: String, _ library: String
    ) throws(ProjectSettingsError) -> (values: JSONObject, text: [UInt8])? {
        do throws(SandboxedFile.TableError) {
            return try SandboxedFile.table(
                path: path, name: name, library: library, sources: SourceRecord())
        } catch {
            switch error {
            case .missing: return nil
            case .notTable(let found):
                throw ProjectSettingsError(
                    description: "\(name): it returns \(found.text(in: .english)), a table of settings is expected")
            case .other(let reason):
                throw ProjectSettingsError(description: reason.hasPrefix(name) ? reason : "\(name): \(reason)")
            }
        }
    }

    // MARK: What the keys mean

    private static func settings(_ table: SettingsTable) throws(ProjectSettingsError) -> ProjectSettings {
        try table.check(["budget", "endpoints", "preset", "concurrency", "out", "names", "pacing", "reload"])
        var settings = ProjectSettings()
        settings.budget = try budget(table)
        settings.endpoints = try endpoints(table)
        settings.preset = try table.text("preset")
        settings.concurrency = try table.count("concurrency")
        settings.out = try table.text("out")?.value
        settings.names = try names(table)
        if let reload = try table.table("reload") {
            try reload.check(["test_first"])
            settings.testsReloads = try reload.flag("test_first") ?? false
        }
        if let pacing = try table.table("pacing") { settings.pacing = try Pacing(pacing) }
        return settings
    }

    /// `budget = 5` is the run's.
    private static func budget(_ table: SettingsTable) throws(ProjectSettingsError) -> Budget {
        if table.isNumber("budget") { return Budget(perRun: try table.dollars("budget")) }
        guard let budget = try table.table("budget", or: "a number of dollars") else { return Budget() }
        try budget.check(["per_run", "per_day", "assume_price"])
        return Budget(
            perRun: try budget.dollars("per_run"), perDay: try budget.dollars("per_day"),
            assumedPrice: try budget.dollars("assume_price"))
    }

    private static func names(_ table: SettingsTable) throws(ProjectSettingsError) -> NameTemplate? {
        guard let text = try table.text("names")?.value else { return nil }
        do throws(NameTemplateError) {
            return try NameTemplate(text)
        } catch {
            throw table.fault("names", error.description)
        }
    }

    /// By route, or by the endpoint that a route has by default.
    private static func endpoints(_ table: SettingsTable) throws(ProjectSettingsError) -> [Route: Placed<String>] {
        guard let entries = try table.table("endpoints") else { return [:] }
        var endpoints: [Route: Placed<String>] = [:]
        for name in entries.names {
            guard let route = Route.allCases.first(where: { $0.rawValue == name || $0.defaultEndpoint == name }) else {
                throw entries.unknown(name, known: Route.allCases.flatMap { [$0.rawValue, $0.defaultEndpoint] })
            }
            guard let endpoint = try entries.text(name) else { continue }
            guard ConfigKey.endpoint.type.accepted(.string(endpoint.value)) != nil else {
                throw entries.fault(name, "'\(endpoint.value)' is no endpoint id, such as fal-ai/flux-lora")
            }
            guard endpoints.updateValue(endpoint, forKey: route) == nil else {
                throw entries.fault(name, "the route \(route.rawValue) is there twice")
            }
        }
        return endpoints
    }
}

extension Pacing {
    fileprivate init(_ table: SettingsTable) throws(ProjectSettingsError) {
        try table.check(["jobs_in_flight", "submits_per_second", "burst"])
        self.init(
            jobsInFlight: try table.count("jobs_in_flight"), submitsPerSecond: try table.positive("submits_per_second"),
            burst: try table.count("burst"))
    }
}
