import EventLoop
import Generation

extension Host {
    /// Looks at pinned LoRA files beside generations; nil where no fal is asked.
    func pinWatch() throws -> PinWatch? {
        if settings.testMode || settings.simulate || settings.replay != nil { return nil }
        return PinWatch(client: try client(), logger: logger, language: language)
    }
}
