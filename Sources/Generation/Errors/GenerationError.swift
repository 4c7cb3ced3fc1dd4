package import FalClient

/// Why no picture came of a call; one value for the caller's, fal's and the disk's faults.
package enum GenerationError: Error, Sendable {
    case avatarNotFound(id: String, nearest: String?)
    /// There is one, put away.
    case avatarArchived(id: String)
    case avatarNotTrained(id: String, status: String)
    case loraFileMissing(id: String)
    case finetuneIDMissing(id: String)
    case unknownTrainingType(id: String, type: String)
    /// Avatars given as data that are not avatars; `file` where they came from one.
    case invalidAvatars([AvatarProblem], file: String?)
    /// A list of avatars that cannot be read at all: not JSON, or neither an array nor `{"avatars": […]}`.
    case unreadableAvatars(reason: String, file: String?)
    /// `known` is empty where no preset exists at all; `folder` is where they were looked for.
    case unknownPreset(name: String, nearest: String?, known: [String], folder: String)
    /// A preset file that cannot be used; the reason names the line where there is one.
    case brokenPreset(file: String, fault: PresetFault)
    case invalidConfig([ConfigProblem])
    case invalidPrompt(PromptFault)
    /// `rule` is the rule's file, with the line where it is known: `20_trigger.lua:4`.
    case ruleFailed(rule: String, fault: RuleFault)
    case missingAPIKey
    /// The job succeeded and gave no picture.
    case noImages(endpoint: String, requestID: String?)
    /// The job succeeded and its output is not what the endpoint promises.
    case malformedOutput(endpoint: String, requestID: String?, reason: String)
    case budgetExceeded(BudgetRefusal)
    /// The project's policy does not allow the job.
    case refusedByPolicy(endpoint: String, reason: String)
    /// A policy that cannot decide, and so lets nothing through; the reason names its file, with the line where it is known.
    case policyFailed(reason: String)
    case storage(path: String, StorageFault)
    case fal(FalError)
}

/// What is wrong with a file of ours.
package enum StorageFault: Sendable, Equatable {
    case cannotCreateFolder(reason: String)
    case cannotOpen(reason: String)
    /// A folder of the project, not the database.
    case cannotRead(reason: String)
    /// Not an SQLite file.
    case notADatabase
    /// An SQLite file whose pages do not fit together.
    case damaged
    /// An SQLite file of another program.
    case foreign
    /// Written by a newer falhost; the numbers count migrations.
    case newer(found: Int, known: Int)
    case readOnly
    case full
    /// Another process held the lock for longer than the busy timeout.
    case busy
    /// Another job got the key of this one in the meantime.
    case keyTaken(String)
    case other(reason: String)
}

extension GenerationError {
    /// A call that was cancelled before it reached fal.
    package static var cancelled: GenerationError { .fal(FalError(.cancelled, "the call was cancelled")) }
}
