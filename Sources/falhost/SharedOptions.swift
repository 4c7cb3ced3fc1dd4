import ArgumentParser

/// The options of every command that touches a project: which one, what stands in for fal, how much is said.
struct SharedOptions: ParsableArguments {
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

    @Flag(name: .shortAndLong, help: "Only warnings and errors on standard error.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "More on standard error: each request, without its secrets.")
    var verbose = false

    @OptionGroup var display: DisplayOptions

    func validate() throws {
        if !faults.isEmpty && !simulate {
            throw ValidationError("--fault orders a fault from the simulator: add --simulate.")
        }
        if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
    }
}
