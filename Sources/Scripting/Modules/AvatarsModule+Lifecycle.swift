import EventLoop
import Generation
import JSON
import Logging
import LuaRuntime

extension AvatarsModule {
    /// What becomes of avatars after they are there.
    @LoopActor
    static func lifecycle(_ services: any ScriptServices) -> [LuaFunction] {
        [
            .awaiting("avatars.create") { call in
                let fields = try services.raising { try AvatarChanges(try call.object(at: 1)) }
                return giving(services) { try await $0.create(fields) }
            },
            .awaiting("avatars.update") { call in
                let id = try call.requireString(1)
                let changes = try services.raising { try AvatarChanges(try call.object(at: 2)) }
                return giving(services) { store in
                    try await store.change(id) { avatar throws(GenerationError) in try changes.applied(to: avatar) }
                }
            },
            .awaiting("avatars.archive") { call in
                let id = try call.requireString(1)
                return giving(services) { try await $0.archive(id, true) }
            },
            .awaiting("avatars.unarchive") { call in
                let id = try call.requireString(1)
                return giving(services) { try await $0.archive(id, false) }
            },
            .awaiting("avatars.find") { call in
                let filter = try filter(call)
                return giving(services) { try await $0.avatars(filter).first }
            },
            .awaiting("avatars.list") { call in
                let filter = try filter(call)
                return operation(services) { store in
                    let avatars = try await store.avatars(filter)
                    return { stack in
                        stack.push(JSONValue.array(avatars.map { .object($0.json) }))
                        return 1
                    }
                }
            },
            .awaiting("avatars.pin") { call in
                let id = try call.requireString(1)
                let accepts = call.flagOption("accept", at: 2)
                return operation(services) { store in
                    let avatar = try await store.existing(id)
                    let outcome = try await services.pinning().pin(avatar, acceptsChange: accepts)
                    return { stack in
                        stack.push(JSONValue.object(outcome.json))
                        return 1
                    }
                }
            },
            .awaiting("avatars.check") { call in
                let id = try call.requireString(1)
                return operation(services) { store in
                    let json = try await check(try await store.existing(id), services)
                    return { stack in
                        stack.push(JSONValue.object(json))
                        return 1
                    }
                }
            },
        ]
    }

    /// Compares the LoRA file with its pin, where there is one, and makes a canary picture; says before what that may cost.
    @LoopActor
    private static func check(_ avatar: Avatar, _ services: any ScriptServices) async throws -> JSONObject {
        let canary = try services.canary()
        let cost = try await canary.cost(avatar)
        services.logger.info("a canary picture of \(avatar.id) costs \(cost.map { "about \($0)" } ?? "an unknown sum")")
        var pin: AvatarPinning.Outcome?
        if avatar.loraSHA256 != nil, !(try services.service().settings.testMode) {
            pin = try await services.pinning().pin(avatar)
        }
        let (result, files) = try await canary.check(avatar)
        var json = result.json
        json["files"] = .array(files.map(JSONValue.string))
        if let pin { json["lora"] = .object(pin.json) }
        return json
    }

    /// The filter of an options table.
    @LoopActor
    private static func filter(_ call: LuaCall) throws -> AvatarFilter {
        let options = try call.object(at: 1)
        var filter = AvatarFilter()
        filter.name = options["name"]?.stringValue
        filter.status = options["status"]?.stringValue
        filter.trainingType = options["training_type"]?.stringValue
        filter.userID = options["user_id"].flatMap { $0.stringValue ?? $0.integerValue.map { String($0) } }
        filter.archived = options["archived"]?.boolValue ?? false
        return filter
    }

    /// An operation whose result is an avatar, or nil.
    @LoopActor
    private static func giving(
        _ services: any ScriptServices, _ work: @escaping @LoopActor (any AvatarStore) async throws -> Avatar?
    ) -> LuaOperation {
        operation(services) { store in
            let avatar = try await work(store)
            return { stack in
                if let avatar { stack.push(avatar) } else { stack.pushNil() }
                return 1
            }
        }
    }
}

extension AvatarPinning.Outcome {
    /// `outcome`, `sha256`, `size`, and for a changed file `pinned_sha256`.
    var json: JSONObject {
        var json: JSONObject = ["outcome": .string(word), "sha256": .string(current.sha256)]
        if let size = current.size { json.append("size", .integer(size)) }
        if case .changed(let old, _) = self { json.append("pinned_sha256", .string(old.sha256)) }
        return json
    }
}

extension AvatarImportPlan {
    /// How many avatars were added, changed and so on, one entry for each, and what is to be known of the file.
    func json(_ file: AvatarImport) -> JSONObject {
        var json = JSONObject(["added", "changed", "same", "kept"].map { ($0, .integer(Int64(count($0)))) })
        json["notes"] = .array(file.notes.map(JSONValue.string))
        json["avatars"] = .array(
            steps.map { step in
                var entry: JSONObject = ["id": .string(step.avatar.id), "outcome": .string(step.outcome.word)]
                if case .changed(let fields) = step.outcome {
                    entry["fields"] = .array(fields.map { .string($0.rawValue) })
                }
                if let note = step.note { entry["note"] = .string(note) }
                return .object(entry)
            })
        return json
    }
}
