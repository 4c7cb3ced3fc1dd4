package import EventLoop
package import LuaRuntime

/// falhost's modules for a state that is not falhost's own: a script that has a file of the same name gets its file.
@LoopActor
package final class LateModules {
    private let makeServices: @LoopActor () throws -> any ScriptServices
    private var services: (any ScriptServices)?

    /// - Parameter services: called at the first `require` of a module that needs the project.
    package init(services: @escaping @LoopActor () throws -> any ScriptServices) {
        makeServices = services
    }

    /// The module of that name, or nil.
    package func module(named name: String) throws -> LuaModule? {
        switch name {
        case "json": return JSONModule.make()
        case "task": return LuaModule.task()
        case "fal", "avatars", "http", "fs", "log": return scriptModules(try madeServices()).first { $0.name == name }
        default: return nil
        }
    }

    private func madeServices() throws -> any ScriptServices {
        if let services { return services }
        let made = try makeServices()
        services = made
        return made
    }
}
