import EventLoop
import LuaRuntime

/// The one list of modules that a script sees.
@LoopActor
func scriptModules(_ services: any ScriptServices) -> [LuaModule] {
    [
        FalModule.make(services),
        AvatarsModule.make(services),
        HTTPModule.make(services),
        FSModule.make(services),
        JSONModule.make(),
        LogModule.make(services),
        LuaModule.task(),
    ]
}
