import ArgumentParser

/// Which earlier run of its script a run takes over.
struct ResumptionOptions: ParsableArguments {
    @Flag(help: "Take the results of the last run of this script or batch from the ledger; only the rest is submitted.")
    var resume = false

    @Option(
        help: ArgumentHelp("The same with the run of this id.", valueName: "run"),
        completion: ProjectNames.runs)
    var resumeRun: String?

    @Flag(help: "When resuming, submit again what fal may or may not have, when it does not list it.")
    var resubmitUnknown = false

    var isWanted: Bool { resume || resumeRun != nil }

    func validate() throws {
        if resubmitUnknown, !isWanted { throw ValidationError("--resubmit-unknown goes with --resume.") }
    }

    /// Throws when there is no script whose run could be resumed, or its jobs are nowhere.
    func check(script: String?, isSimulated: Bool) throws {
        guard isWanted else { return }
        if script == nil { throw ValidationError("--resume takes a script's file: falhost --resume script.lua") }
        if isSimulated {
            throw ValidationError(
                "--resume: the jobs of the built-in simulator end with their run; start one with falhost simulate.")
        }
    }
}
