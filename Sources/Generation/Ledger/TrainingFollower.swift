package import EventLoop

/// Brings avatars on after what became of their trainings.
@LoopActor
package protocol TrainingFollower: AnyObject, Sendable {
    /// Gives the avatar what its job gave, or the reason why it gave nothing; returns what is left to say.
    ///
    /// May be called again for the same job. Does nothing for a job that is no training, or that is not at its end.
    func settle(_ job: Job) async throws(GenerationError) -> String?
}
