import ArgumentParser
import Generation

/// The options that every command which touches a project shares.
struct ProjectOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Project folder, the one that holds presets/ and scripts/.", valueName: "folder"),
        completion: .directory)
    var root: String?

    @Flag(help: "Send everything to the built-in simulator: no key, no cost.")
    var simulate = false

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "Order a fault from the built-in simulator (see falhost simulate --help).", valueName: "spec")
    )
    var faults: [String] = []

    @Option(
        help: ArgumentHelp(
            "Keep the conversation with fal in this new folder, without the key.", valueName: "folder"),
        completion: .directory)
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Answer from a folder that --record made: no network, no key, no cost.", valueName: "folder"),
        completion: .directory)
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "Where downloaded pictures go (default: .falhost/images in the project).", valueName: "folder"),
        completion: .directory)
    var out: String?

    @Option(
        help: ArgumentHelp(
            "How pictures are named below that folder (default: FALHOST_NAME, else \(NameTemplate.usualText)); other fields: time, job, run, request, endpoint, prompt.",
            valueName: "template"))
    var name: String?

    @Flag(name: .shortAndLong, help: "Only warnings and errors on standard error.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "More on standard error: each request, without its secrets.")
    var verbose = false

    @OptionGroup var display: DisplayOptions

    func validate() throws {
        if !faults.isEmpty && !simulate {
            throw ValidationError("--fault orders a fault from the simulator: add --simulate.")
        }
        let servers = [simulate ? "--simulate" : nil, record.map { _ in "--record" }, replay.map { _ in "--replay" }]
        let given = servers.compactMap(\.self)
        if given.count > 1 { throw ValidationError("\(given.joined(separator: " and ")) exclude each other.") }
        if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
    }
}
