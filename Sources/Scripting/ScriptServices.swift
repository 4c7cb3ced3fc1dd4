package import EventLoop
package import FalClient
package import Generation
package import HTTPTransport
package import Logging
package import LuaRuntime
package import Training

/// What the modules that a script sees are made of; each part is made when it is first asked for.
@LoopActor
package protocol ScriptServices: AnyObject {
    func service() throws -> GenerationService
    func client() throws -> FalClient
    /// What carries the requests of `http`: it knows no key.
    func web() throws -> any Transport
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
    /// What is broken now of the files that are loaded again when they change, a line each.
    var reloadProblems: [String] { get }
    /// Whether calls may be taken over from an earlier run.
    var isResuming: Bool { get }
    /// The word that the program is to end, for scripts that wait for it.
    var stopSignal: LuaStopSignal? { get }
    /// The server that runs beside the script; nil where none does.
    var scriptServer: (any ScriptServer)? { get }
    var language: Language { get }
    var logger: Logger { get }
}

extension ScriptServices {
    package var isResuming: Bool { false }
    package var reloadProblems: [String] { [] }
    package var stopSignal: LuaStopSignal? { nil }
    package var scriptServer: (any ScriptServer)? { nil }
}
