import EventLoop
import Generation
import JSON
import LuaRuntime

/// `require "fal"`: generations with avatars, and fal's queue for any endpoint.
enum FalModule {
    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        LuaModule(
            name: "fal", declaration: { .fal },
            functions: generation(services) + queue(services) + direct(services) + files(services)
                + jobs(services) + training(services),
            prelude: .init(queuePrelude, chunkName: "=[fal]"))
    }

    /// The user's API, name for name (DESIGN.md §3).
    @LoopActor
    private static func generation(_ services: any ScriptServices) -> [LuaFunction] {
        [
            generateAvatarImage(services), generateMultipleImages(services), safeGenerateImage(services),
            generateWithMetrics(services), explain(services), presets(services), isAvailable(services),
            configSummary(services), reloadProblems(services),
        ]
    }

    @LoopActor
    private static func generateAvatarImage(_ services: any ScriptServices) -> LuaFunction {
        generating("fal.generate_avatar_image", services) { result, stack in push(result, onto: stack) }
    }

    @LoopActor
    private static func generateWithMetrics(_ services: any ScriptServices) -> LuaFunction {
        generating("fal.generate_with_metrics", services, measured: true) { result, stack in
            stack.push(result.url)
            stack.push(result.metrics)
            return 2
        }
    }

    @LoopActor
    private static func generating(
        _ name: String, _ services: any ScriptServices, measured: Bool = false,
        _ push: @escaping @LoopActor (GenerationResult, LuaStack) -> Int32
    ) -> LuaFunction {
        .awaiting(name) { call in
            var request = try services.raising { try readRequest(call) }
            request.place = call.place(services)
            return LuaOperation { [request] in
                try await services.raising {
                    let service = try services.service()
                    let result = try await measured ? service.generateMeasured(request) : service.generate(request)
                    return { stack in push(result, stack) }
                }
            }
        }
    }

    @LoopActor
    private static func safeGenerateImage(_ services: any ScriptServices) -> LuaFunction {
        .awaiting("fal.safe_generate_image") { call in
            let place = call.place(services)
            let request = Result { try readRequest(call) }
            return LuaOperation {
                do {
                    var request = try request.get()
                    request.place = place
                    let result = try await services.service().generate(request)
                    return { stack in push(result, onto: stack) }
                } catch {
                    guard let error = services.scriptError(error) as? ScriptError else { throw error }
                    return { stack in
                        stack.pushNil()
                        error.push(onto: stack)
                        return 2
                    }
                }
            }
        }
    }

    @LoopActor
    private static func generateMultipleImages(_ services: any ScriptServices) -> LuaFunction {
        .awaiting("fal.generate_multiple_images") { call in
            let (avatar, prompts, overrides) = try services.raising {
                (try call.avatar(at: 1), try call.prompts(at: 2), try call.object(at: 3))
            }
            let concurrency = call.countOption("concurrency", at: 4)
            let places = call.places(prompts.count, services)
            return LuaOperation {
                try await services.raising {
                    let results = try await services.service().generateMany(
                        avatar: avatar, prompts: prompts, overrides: overrides, concurrency: concurrency,
                        places: places)
                    return { stack in push(results, services.language, onto: stack) }
                }
            }
        }
    }

    @LoopActor
    private static func explain(_ services: any ScriptServices) -> LuaFunction {
        .awaiting("fal.explain") { call in
            let request = try services.raising { try readRequest(call) }
            return LuaOperation {
                try await services.raising {
                    let explanation = try await services.service().explain(request)
                    return { stack in
                        stack.push(explanation.json)
                        return 1
                    }
                }
            }
        }
    }

    @LoopActor
    private static func presets(_ services: any ScriptServices) -> LuaFunction {
        LuaFunction("fal.get_generation_config_presets") { call in
            try services.raising {
                let source = try services.presets()
                call.stack.pushTable()
                for name in try source.presetNames() {
                    // With its name, so that what depends on the preset (the ultra route) follows the table.
                    var config: JSONObject = ["preset": .string(name)]
                    config.merge(try source.preset(named: name).values)
                    call.stack.push(config)
                    call.stack.setField(name)
                }
            }
            return 1
        }
    }

    @LoopActor
    private static func isAvailable(_ services: any ScriptServices) -> LuaFunction {
        LuaFunction("fal.is_available") { call in
            // Not through `raising`, whose closure would cost a tenth of the call.
            do {
                call.stack.push(try services.service().isAvailable)
            } catch {
                throw services.scriptError(error)
            }
            return 1
        }
    }

    @LoopActor
    private static func configSummary(_ services: any ScriptServices) -> LuaFunction {
        LuaFunction("fal.get_config_summary") { call in
            call.stack.push(try services.raising { try services.service().configSummary() })
            return 1
        }
    }

    @LoopActor
    private static func reloadProblems(_ services: any ScriptServices) -> LuaFunction {
        LuaFunction("fal.reload_problems") { call in
            let own = try services.raising { try services.service().sourceProblems() }
            let reloaded = services.reloadProblems
            call.stack.push(reloaded + own.filter { !reloaded.contains($0) })
            return 1
        }
    }

    @LoopActor
    private static func readRequest(_ call: LuaCall) throws -> GenerationRequest {
        GenerationRequest(
            avatar: try call.avatar(at: 1), prompt: try call.prompt(at: 2), overrides: try call.object(at: 3))
    }

    @LoopActor
    private static func push(_ result: GenerationResult, onto stack: LuaStack) -> Int32 {
        stack.push(result.url)
        stack.push(result)
        return 2
    }

    /// Two lists in the order of the prompts: URLs (false where one failed), and results or error values.
    @LoopActor
    private static func push(
        _ results: [Result<GenerationResult, GenerationError>], _ language: Language, onto stack: LuaStack
    ) -> Int32 {
        stack.pushTable(arrayCount: results.count)
        for (index, result) in results.enumerated() {
            if let url = try? result.get().url { stack.push(url) } else { stack.push(false) }
            stack.setIndex(index + 1)
        }
        stack.pushTable(arrayCount: results.count)
        for (index, result) in results.enumerated() {
            switch result {
            case .success(let value): stack.push(value)
            case .failure(let error): ScriptError(failure: error, language: language).push(onto: stack)
            }
            stack.setIndex(index + 1)
        }
        return 2
    }
}
