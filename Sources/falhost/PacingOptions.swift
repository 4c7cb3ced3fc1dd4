import ArgumentParser
import Generation

/// How fast a run may submit and what it tells of its work, for the commands that send jobs.
struct PacingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Have at most so many jobs at fal at a time (FALHOST_JOBS_IN_FLIGHT; default: as many as fal takes).",
            valueName: "number"))
    var jobsInFlight: Int?

    @Option(
        help: ArgumentHelp(
            "Submit at most so many jobs a second, such as 2 or 0.5 (FALHOST_SUBMITS_PER_SECOND).", valueName: "number")
    )
    var submitsPerSecond: Double?

    @Flag(help: "Let avatars take turns where jobs wait, as a fairness_key does.") var fairAvatars = false

    @OptionGroup var metrics: MetricsOptions

    func validate() throws {
        if let jobsInFlight, !Pacing.jobsInFlight.contains(jobsInFlight) {
            throw ValidationError("--jobs-in-flight takes a number from 1 to 100000.")
        }
        if let submitsPerSecond, !Pacing.submitsPerSecond.contains(submitsPerSecond) {
            throw ValidationError("--submits-per-second takes a number from 0.001 to 100000.")
        }
    }
}

extension Pacing {
    /// Each limit from its flag, where the command has them, else from its variable.
    init(_ options: PacingOptions?) throws {
        self.init(
            jobsInFlight: try options?.jobsInFlight
                ?? Self.number("FALHOST_JOBS_IN_FLIGHT", in: Self.jobsInFlight, Int.init),
            submitsPerSecond: try options?.submitsPerSecond
                ?? Self.number("FALHOST_SUBMITS_PER_SECOND", in: Self.submitsPerSecond, Double.init),
            isFairToAvatars: options?.fairAvatars ?? false)
    }

    private static func number<Number>(
        _ name: String, in range: ClosedRange<Number>, _ parse: (String) -> Number?
    ) throws -> Number? {
        guard let text = Environment.value(name) else { return nil }
        guard let number = parse(text), range.contains(number) else {
            throw CommandError(
                .configuration, "\(name): '\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
