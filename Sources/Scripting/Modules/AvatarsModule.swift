import EventLoop
import Generation
import JSON
import LuaRuntime

/// `require "avatars"`: the avatars that the project knows.
enum AvatarsModule {
    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        LuaModule(
            name: "avatars",
            functions: [
                // avatars.get(id): a table; error avatar_not_found.
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
                // avatars.list(): tables in the order of their ids.
                .awaiting("avatars.list") { _ in
                    operation(services) { store in
                        let avatars = try await store.avatars()
                        return { stack in
                            stack.push(JSONValue.array(avatars.map { .object($0.json) }))
                            return 1
                        }
                    }
                },
                // avatars.save(avatar): adds it, or replaces the one with the same id.
                .awaiting("avatars.save") { call in
                    let avatar = try services.raising { try Avatar(json: try call.object(at: 1)) }
                    return operation(services) { store in
                        try await store.save([avatar])
                        return { _ in 0 }
                    }
                },
                // avatars.remove(id): whether there was one.
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
                // avatars.import(path): how many were saved; all of the file or none.
                .awaiting("avatars.import") { call in
                    let path = try call.requireString(1)
                    return operation(services) { store in
                        let avatars = try AvatarFile.parse(try SourceFile.read(path), file: path)
                        try await store.save(avatars)
                        return { stack in
                            stack.push(avatars.count)
                            return 1
                        }
                    }
                },
                // avatars.export(): the JSON text that avatars.import reads.
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
            ])
    }

    @LoopActor
    private static func operation(
        _ services: any ScriptServices, _ work: @escaping @LoopActor (any AvatarStore) async throws -> LuaResults
    ) -> LuaOperation {
        OpenOperations.shared.operation {
            try await services.raising { try await work(services.avatars()) }
        }
    }
}
