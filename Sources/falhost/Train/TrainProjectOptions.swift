import ArgumentParser

/// The options of a command that makes no pictures, and whose `--name` is something else: `ProjectOptions` without the
/// pictures' own.
struct TrainProjectOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Project folder, the one that holds presets/ and scripts/.", valueName: "folder"),
        completion: .directory)
    var root: String?

    @Flag(help: "Send everything to the built-in simulator: no key, no cost.")
    var simulate = false

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "Order a fault from the built-in simulator (see falhost simulate --help).", valueName: "spec"))
    var faults: [String] = []

    @Flag(name: .shortAndLong, help: "Only warnings and errors on standard error.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "More on standard error: each request, without its secrets.")
    var verbose = false

    @OptionGroup var display: DisplayOptions

    /// As the commands share them.
    func projectOptions() throws -> ProjectOptions {
        var options = try ProjectOptions.parse([])
        options.root = root
        options.simulate = simulate
        options.faults = faults
        options.quiet = quiet
        options.verbose = verbose
        options.display = display
        return options
    }

    func validate() throws { try projectOptions().validate() }
}
