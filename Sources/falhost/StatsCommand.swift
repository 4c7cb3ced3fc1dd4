import ArgumentParser
import EventLoop
import Generation
import JSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `falhost stats`: what the ledger knows of times, failures and money.
struct StatsCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show how jobs went: success, duration, spending; by preset and endpoint.")

    static let examples = [
        "falhost stats",
        "falhost stats --since 7d",
        "falhost stats --since 2026-11-01 --json   # for programs",
        "falhost stats --run 20261122-192005-3f9a",
    ]

    @OptionGroup var project: ProjectOptions

    @Option(help: ArgumentHelp("Only jobs since then: 7d, 12h, 30m or 2026-11-22.", valueName: "time"))
    var since: Since?

    @Option(name: .customLong("run"), help: ArgumentHelp("Only the jobs of this run.", valueName: "id"))
    var runID: String?

    @Flag(help: "The jobs of simulators, which cost nothing; they are left out otherwise.")
    var simulated = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        try runCommand(project) { host in
            let ledger = try host.ledger()
            var filter = RecordFilter(run: runID, since: since?.time, simulated: simulated)
            if let runID {
                guard let found = try await ledger.run(runID) else {
                    throw CommandError(.inputMissing, "there is no run '\(runID)' in the ledger")
                }
                filter.simulated = found.isSimulated
            }
            let report = StatsReport(records: try await ledger.records(filter), filter: filter)
            if json { return try Console.output(.object(report.json)) }
            let isTerminal = isatty(STDOUT_FILENO) == 1
            report.text(withChart: isTerminal).forEach { Console.output($0) }
        }
    }
}

/// The time after which jobs are counted.
struct Since: ExpressibleByArgument {
    let time: Timestamp

    /// See `Timestamp.since`.
    init?(argument: String) {
        guard let time = Timestamp.since(argument) else { return nil }
        self.time = time
    }
}
