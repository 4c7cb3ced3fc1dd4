package import EventLoop
package import FalClient
package import Generation
package import Logging
package import Training

/// What the modules that a script sees are made of; each part is made when it is first asked for.
@LoopActor
package protocol ScriptServices: AnyObject {
    func service() throws -> GenerationService
    func client() throws -> FalClient
    /// What every paid call goes through, for the ledger and the budget.
    func jobs() throws -> JobRunner
    /// The record of jobs; throws where none is kept.
    func ledger() throws -> any JobLedger
    func avatars() throws -> any AvatarStore
    func presets() throws -> any PresetSource
    func training() throws -> TrainingService
    /// The folder that `fal.download` writes to when the script names no path and no job is known.
    func imageFolder() throws -> String
    /// Keeps the pictures of jobs.
    func pictures() throws -> PictureKeeper
    /// Whether calls may be taken over from an earlier run.
    var isResuming: Bool { get }
    var language: Language { get }
    var logger: Logger { get }
}

extension ScriptServices {
    package var isResuming: Bool { false }
}
