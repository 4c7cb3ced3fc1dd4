import LuaRuntime

extension LuaModuleDeclaration {
    static let fal = LuaModuleDeclaration(
        "fal", "Pictures with avatars, and the queue of any model on fal.",
        functions: FalDeclarations.generation + FalDeclarations.settings + FalDeclarations.queue
            + FalDeclarations.files + FalDeclarations.jobs + FalDeclarations.training,
        classes: FalDeclarations.classes)
}

/// `require "fal"`, the part that knows avatars (DESIGN.md §3).
enum FalDeclarations {
    static let generation = [
        LuaFunctionDeclaration(
            "fal.generate_avatar_image", "Makes a picture of an avatar and waits for it.", [.avatar, .prompt, .config],
            returns: [url, result], errors: ErrorCodes.generation, waits: true,
            example: """
                local url, result = fal.generate_avatar_image(anna, "smiling portrait in a park", { quality = "portrait" })
                print(url, result.seed)
                """),
        LuaFunctionDeclaration(
            "fal.generate_multiple_images", "Makes a picture for each prompt, several at a time.",
            [
                .avatar, .init("prompts", .list(of: "string"), "one prompt for each picture"), .config,
                .init(
                    "options",
                    .options(
                        "fal.BatchOptions",
                        [.init("concurrency", .count, "how many are under way at a time", default: "8")]),
                    "how the batch runs", optional: true),
            ],
            returns: [
                .init(
                    "urls", LuaType("(string|false)[]", .table), "in the order of the prompts; `false` where one failed"
                ),
                .init("results", LuaType("(fal.Result|fal.Error)[]", .table), "in the same order"),
            ], errors: ErrorCodes.checks + ["missing_api_key", "cancelled"], waits: true,
            example: """
                local urls, results = fal.generate_multiple_images(anna, { "by the sea", "at night" }, { quality = "fast" })
                for i, url in ipairs(urls) do
                  print(i, url or "failed: " .. results[i].message)
                end
                """),
        LuaFunctionDeclaration(
            "fal.safe_generate_image", "Does the same as `fal.generate_avatar_image`, but gives failures as values.",
            [.avatar, .prompt, .config],
            returns: [
                .init("url", .string, "the first picture's address; nil when none could be made", optional: true),
                .init("result", LuaType("fal.Result|fal.Error", .table), "the result, or why there is none"),
            ], waits: true,
            example: """
                local url, err = fal.safe_generate_image("nobody", "a portrait")
                print(url, err.code) --> nil  avatar_not_found
                """),
        LuaFunctionDeclaration(
            "fal.generate_with_metrics", "Makes a picture and measures it.", [.avatar, .prompt, .config],
            returns: [url, .init("metrics", .shape("fal.Metrics"), "times and counts")],
            errors: ErrorCodes.generation, waits: true,
            example: """
                local url, metrics = fal.generate_with_metrics(anna, "a portrait by the window")
                print(url, metrics.duration)
                """),
        LuaFunctionDeclaration(
            "fal.explain", "Tells what a call would send and where each value comes from; sends nothing.",
            [.avatar, .prompt, .config],
            returns: [.init("explanation", .shape("fal.Explanation"), "what would be sent")],
            errors: ErrorCodes.checks, waits: true,
            example: """
                local plan = fal.explain(anna, "a portrait", { quality = "fast", seed = 7 })
                print(plan.endpoint, plan.arguments.prompt, plan.origins.seed)
                """),
    ]

    static let settings = [
        LuaFunctionDeclaration(
            "fal.get_generation_config_presets", "Gives the project's presets; each may be given as a config.",
            returns: [.init("presets", LuaType("table<string, fal.Config>", .table), "config tables by preset name")],
            errors: ["invalid_config", "storage"],
            example: """
                local presets = fal.get_generation_config_presets()
                print(presets.balanced.num_inference_steps)
                """),
        LuaFunctionDeclaration(
            "fal.is_available", "Tells whether pictures can be made: there is a key, or test mode is on.",
            returns: [.init("available", .boolean, "true with a key or in test mode")],
            example: "print(fal.is_available())"),
        LuaFunctionDeclaration(
            "fal.get_config_summary", "Tells how falhost is set up, without the key.",
            returns: [.init("summary", .shape("fal.Summary"), "the settings in force")], errors: ["storage"],
            example: """
                local summary = fal.get_config_summary()
                print(summary.test_mode, table.concat(summary.supported_types, ", "))
                """),
        LuaFunctionDeclaration(
            "fal.reload_problems",
            "Tells which presets and rules are broken now. Of one that broke while it was in use the version before stays.",
            returns: [.init("problems", .list(of: "string"), "a line each, with the file; empty when all is well")],
            example: """
                for _, problem in ipairs(fal.reload_problems()) do
                  log.warning(problem)
                end
                """),
    ]

    private static let url = LuaValueDeclaration("url", .string, "the first picture's address")
    private static let result = LuaValueDeclaration(
        "result", .shape("fal.Result"), "all pictures and how they came about")
}
