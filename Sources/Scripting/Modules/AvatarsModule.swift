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
                .awaiting("avatars.list") { _ in
                    operation(services) { store in
                        let avatars = try await store.avatars()
                        return { stack in
                            stack.push(JSONValue.array(avatars.map { .object($0.json) }))
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
                    return operation(services) { store in
                        let avatars = try AvatarFile.parse(try SourceFile.read(path), file: path)
                        try await store.save(avatars)
                        return { stack in
                            stack.push(avatars.count)
                            return 1
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
