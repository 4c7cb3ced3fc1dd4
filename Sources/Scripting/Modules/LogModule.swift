import EventLoop
import Logging
import LuaRuntime

/// `require "log"`: lines for people, on standard error.
enum LogModule {
    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        let levels: [(name: String, level: Logger.Level)] = [
            ("debug", .debug), ("info", .info), ("warning", .warning), ("error", .error),
        ]
        return LuaModule(
            name: "log", declaration: { .log },
            functions: levels.map { name, level in
                LuaFunction("log.\(name)") { call in
                    let text = (1..<call.argumentCount + 1).map { call.stack.describe(at: $0) }.joined(separator: "\t")
                    services.logger.log(level: level, "\(text)")
                    return 0
                }
            })
    }
}
