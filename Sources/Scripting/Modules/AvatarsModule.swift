import EventLoop
import Generation
import JSON
import LuaRuntime

/// `require "avatars"`: the avatars that the project knows.
enum AvatarsModule {
    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        LuaModule(
            name: "avatars", declaration: { .avatars },
            functions: [
                .awaiting("avatars.get") { call in
                    let id = try call.requireString(1)
                    return operation(services) { store in
                        let avatar = try await store.existing(id)
                        return { stack in
                            stack.push(avatar)
                            return 1
                        }
                    }
                },
                .awaiting("avatars.save") { call in
                    let avatar = try services.raising { try Avatar(json: try call.object(at: 1)) }
                    return operation(services) { store in
                        try await store.save([avatar])
                        return { _ in 0 }
                    }
                },
                .awaiting("avatars.remove") { call in
                    let id = try call.requireString(1)
                    return operation(services) { store in
                        let removed = try await store.remove(id: id)
                        return { stack in
                            stack.push(removed)
                            return 1
                        }
                    }
                },
                .awaiting("avatars.import") { call in
                    let path = try call.requireString(1)
                    let isDryRun = call.flagOption("dry_run", at: 2)
                    return operation(services) { store in
                        let file = try AvatarImport(try SourceFile.read(path), file: path)
                        let plan = AvatarImportPlan(file, over: try await store.avatars())
                        if !isDryRun { try await store.save(plan.avatars) }
                        return { stack in
                            stack.push(plan.steps.count)
                            stack.push(plan.json(file))
                            return 2
                        }
                    }
                },
                .awaiting("avatars.export") { _ in
                    operation(services) { store in
                        let avatars = try await store.avatars()
                        let text = try JSONValue.array(avatars.map { .object($0.json) }).serialized(.pretty)
                        return { stack in
                            stack.push(text)
                            return 1
                        }
                    }
                },
            ] + lifecycle(services))
    }

    @LoopActor
    static func operation(
        _ services: any ScriptServices, _ work: @escaping @LoopActor (any AvatarStore) async throws -> LuaResults
    ) -> LuaOperation {
        LuaOperation {
            try await services.raising { try await work(services.avatars()) }
        }
    }
}
