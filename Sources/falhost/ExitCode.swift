/// How falhost ends; the numbers follow sysexits.h, which swift-argument-parser follows too.
enum ExitCode: Int32, CaseIterable {
    case success = 0
    /// A script raised an error that it did not catch.
    case scriptFailed = 1
    /// Some items of a batch failed.
    case partialFailure = 3
    /// A budget or a policy stopped the run.
    case stoppedByBudget = 4
    /// Tests of presets or rules failed.
    case testsFailed = 5
    case usage = 64
    /// A preset, prompt, rule or avatar is invalid.
    case invalidData = 65
    /// A file that was named is not there.
    case inputMissing = 66
    /// fal cannot be reached, or answers with 5xx after retries.
    case unavailable = 69
    /// A bug in falhost.
    case internalError = 70
    case cannotCreate = 73
    case inputOutput = 74
    /// Try again later: the queue still works on it, or fal limits the rate.
    case temporary = 75
    /// The key is missing or refused.
    case noPermission = 77
    /// The project or a setting is wrong.
    case configuration = 78
    case interrupted = 130
    /// The reader of standard output went away.
    case brokenPipe = 141
    case terminated = 143
}
