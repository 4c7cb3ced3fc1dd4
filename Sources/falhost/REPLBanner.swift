import ArgumentParser
import EventLoop
import FalClient
import LuaRuntime

/// What the interactive prompt begins with.
@LoopActor
enum REPLBanner {
    static func text(_ settings: Settings) -> String {
        """
        \(Falhost.configuration.version), \(LuaState.release), \(target(settings))
        fal, avatars, task, json and log are loaded. help() tells more, Ctrl-D ends.
        """
    }

    /// Where generations go, and with which key.
    private static func target(_ settings: Settings) -> String {
        if settings.testMode { return "test mode: nothing is sent to fal" }
        if settings.simulate { return "simulator: no key, no cost" }
        guard let credentials = settings.credentials else { return "no key: FAL_KEY is not set" }
        return "key \(credentials.description)"
    }
}
