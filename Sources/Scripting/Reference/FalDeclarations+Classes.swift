import Generation
import LuaRuntime

/// The tables and objects that `fal` and `avatars` take and give.
extension FalDeclarations {
    static let classes = [
        avatar, config, result, image, metrics, explanation, summary, event, logEntry, error, job, totals, handle,
        trainingResult,
    ]

    private static let avatar = LuaClassDeclaration(
        "fal.Avatar", "A trained subject.",
        fields: [
            .init("id", .string, "its name in the project's database"),
            .init("name", .string, "what people call it"),
            .init("training_type", .word(TrainingType.allCases.map(\.rawValue)), "a LoRA file, or a finetune"),
            .init("status", .string, "`completed` when it can make pictures"),
            .init("diffusers_lora_file_url", .string, "the weights of a portrait avatar", optional: true),
            .init("finetune_id", .string, "fal's id of a style avatar's model", optional: true),
            .init(
                "trigger_phrase", .string, "the phrase it was trained with; portrait avatars look here first",
                optional: true),
            .init(
                "trigger_word", .string, "the word it was trained with; style avatars look here first", optional: true),
            .init("user_id", .string, "whose it is; a number becomes its text", optional: true),
            .init("config_file_url", .string, "the training's config, where fal gave one", optional: true),
            .init("training_request_id", .string, "fal's id of the training", optional: true),
            .init("training_error", .string, "why the training failed", optional: true),
            .init("lora_sha256", .string, "of the weights' bytes, when `avatars.pin` took them down", optional: true),
            .init("lora_size", .integer, "of the weights when they were pinned", optional: true, unit: "bytes"),
            .init(
                "lora_validator", .string, "what the server called the weights when they were pinned: ETag or date",
                optional: true),
            .init("archived", .boolean, "put away: it makes no pictures", optional: true),
        ])

    private static let config = LuaClassDeclaration(
        "fal.Config",
        "How pictures are made: a preset and what differs from it. `falhost explain` shows where each value comes from.",
        fields: ConfigKey.allCases.map(\.declaration))

    private static let result = LuaClassDeclaration(
        "fal.Result", "The pictures of one generation and how they came about.",
        fields: [
            .init("url", .string, "the first picture's address"),
            .init("urls", .list(of: "string"), "the addresses of all pictures"),
            .init("images", .list(of: "fal.Image"), "all pictures, in fal's order"),
            .init("prompt", .string, "as it was sent, after the rules"),
            .init("endpoint", .string, "the model that made it"),
            .init("arguments", .json, "the request as it was sent"),
        ] + facts)

    /// What results and metrics share.
    private static let facts: [LuaValueDeclaration] = [
        .init("seed", .integer, "the same seed and prompt give the same picture", optional: true),
        .init("request_id", .string, "fal's id of the job; nil in test mode", optional: true),
        .init("job_id", .string, "our own id of the job"),
        .init("duration", .number, "from the call to the result", unit: "seconds"),
        .init("simulated", .boolean, "made by test mode or the simulator, not by a model"),
        .init("billable_units", .number, "what fal counts for the bill, where it tells", optional: true),
        .init("price", .number, "what it cost, where that is known", optional: true, unit: "dollars"),
        .init("resumed", .boolean, "true when it was paid for before: `--resume`, or a known `key`", optional: true),
        .init("cached", .boolean, "true when kept pictures answered and nothing was sent", optional: true),
        .init(
            "lora_changed", .boolean,
            "true when the server was found, by the time of the result, to have another file than the pinned one",
            optional: true),
    ]

    private static let image = LuaClassDeclaration(
        "fal.Image", "One picture of a result.",
        fields: [
            .init("url", .string, "an address, or a data URI"),
            .init("width", .integer, "where fal tells", optional: true, unit: "pixels"),
            .init("height", .integer, "where fal tells", optional: true, unit: "pixels"),
            .init("content_type", .string, "such as `image/jpeg`", optional: true),
            .init(
                "has_nsfw_concepts", .boolean, "true when fal's checker flagged it: the picture is black then",
                optional: true),
            .init("path", .string, "where it is kept on this machine, with `cache`", optional: true),
        ])

    private static let metrics = LuaClassDeclaration(
        "fal.Metrics", "What one generation took.",
        fields: [
            .init("images", .integer, "how many pictures came"),
            .init("endpoint", .string, "the model that made them"),
            .init("avatar_id", .string, "whom they show"),
            .init("preset", .string, "the preset's name"),
            .init(
                "run_duration", .number, "how long the model ran, where fal told it", optional: true, unit: "seconds"),
            .init(
                "wait_duration", .number, "the rest: turns, fal's queue, the network", optional: true, unit: "seconds"),
        ] + facts)

    private static let explanation = LuaClassDeclaration(
        "fal.Explanation", "What a call would send, and why.",
        fields: [
            .init("avatar_id", .string, "whom the picture would show"),
            .init("training_type", .string, "`portrait` or `style`"),
            .init("preset", .string, "the preset's name"),
            .init("preset_origin", .string, "who chose the preset: `call`, `falhost.lua:3`, `policy` or `default`"),
            .init("route", .string, "which way serves such an avatar"),
            .init("endpoint", .string, "where it would be sent"),
            .init("endpoint_origin", .string, "who chose the endpoint"),
            .init("checked", .boolean, "false for a model whose arguments are not known: they are sent as they are"),
            .init("arguments", .json, "the request's body"),
            .init("origins", LuaType("table<string, string>", .table), "where each argument comes from"),
            .init(
                "places", LuaType("table<string, any>", .table),
                "`file` and `line` of each argument that a preset or falhost.lua has"),
            .init("defaults", .json, "what is not sent and the model therefore decides"),
            .init(
                "dropped", LuaType("table<string, any>[]", .table),
                "keys of the config that are not sent: `key`, `value`, `origin`, `place` (as in `places`), `reason`"),
            .init("prompt", .json, "`before`, `after` and what each of the `rules` made of it"),
            .init("timeout", .number, "the longest time the result is waited for", unit: "seconds"),
            .init("priority", .string, "the place in the queue, where one is set", optional: true),
            .init(
                "policy", .json,
                "`verdict`: `allowed`, `refused` with a `reason`, or `changed` from the preset `instead_of`; nil without one",
                optional: true),
            .init(
                "cost", .json,
                "the `estimate` in dollars and what it is made from; null with a `reason` where it is unknown"),
            .init(
                "cache", .json, "with `cache`: `hit`, whether kept pictures would answer, and the `job_id` of theirs",
                optional: true),
            .init("test_mode", .boolean, "true when nothing would leave the process"),
        ])

    private static let summary = LuaClassDeclaration(
        "fal.Summary", "How falhost is set up.",
        fields: [
            .init("test_mode", .boolean, "true when nothing leaves the process"),
            .init("api_key_set", .boolean, "whether there is a key; the key itself is nowhere in Lua"),
            .init("available", .boolean, "whether pictures can be made"),
            .init("supported_types", .list(of: "string"), "the training types of avatars"),
            .init("presets", .list(of: "string"), "the names of the project's presets"),
            .init("default_preset", .string, "the one that is used when none is named"),
            .init("base_url", .string, "where requests go"),
            .init("endpoints", LuaType("table<string, string>", .table), "the model of each route"),
            .init("timeout", .number, "the longest time a result is waited for", unit: "seconds"),
            .init("language", .string, "of messages: `en` or `ru`"),
            .init(
                "pacing", .json,
                "jobs `in_flight` and `waiting` now, and the limits: `jobs_in_flight`, `submits_per_second` and `burst` "
                    + "as they are set, `limit_now` where fal's refusals made it less"),
        ])

    private static let event = LuaClassDeclaration(
        "fal.Event", "The state of a job, as fal tells it.",
        fields: [
            .init("status", .string, "`IN_QUEUE`, `IN_PROGRESS` or `COMPLETED`"),
            .init("queue_position", .integer, "how many are before it, while it waits", optional: true),
            .init("logs", .list(of: "fal.LogEntry"), "the model's lines that are new, when `logs` was asked for"),
            .init("metrics", .json, "`inference_time` in seconds, when it has ended", optional: true),
            .init("error", .string, "why it failed, when it has", optional: true),
            .init("error_type", .string, "fal's word for that", optional: true),
        ])

    private static let logEntry = LuaClassDeclaration(
        "fal.LogEntry", "A line that the model wrote.",
        fields: [
            .init("message", .string, "the line"),
            .init("timestamp", .string, "when it was written", optional: true),
            .init("level", .string, "such as `INFO`", optional: true),
            .init("source", .string, "who wrote it", optional: true),
        ])

    private static let error = LuaClassDeclaration(
        "fal.Error", "What every function of falhost raises; `tostring(err)` is one readable line.",
        fields: [
            .init("code", .word(GenerationError.Code.allCases.map(\.rawValue)), "what happened"),
            .init("kind", .word(["value", "runtime"]), "`value`: mend the call; `runtime`: fal or the network did it"),
            .init("message", .string, "a sentence, in the language of messages"),
            .init("retryable", .boolean, "true when the same call may succeed later"),
            .init("request_id", .string, "fal's id of the job, where there is one", optional: true),
            .init("endpoint", .string, "the model, where there is one", optional: true),
            .init("status", .integer, "the HTTP status, where fal answered", optional: true),
            .init("field", .string, "the argument, config key or field at fault", optional: true),
            .init("details", .list(of: "table<string, any>"), "one table for each problem", optional: true),
            .init("position", .string, "`file:line` of a call with wrong arguments", optional: true),
        ])

    private static let handle = LuaClassDeclaration(
        "fal.Handle", "A job in fal's queue.",
        fields: [
            .init("endpoint", .string, "the model"),
            .init("request_id", .string, "with it `fal.handle` finds the job again"),
            .init("status_url", .string, "fal's address for its state"),
            .init("response_url", .string, "fal's address for its output"),
            .init("cancel_url", .string, "fal's address for cancelling it"),
            .init(
                "resumed", .boolean, "true when it was submitted before: `--resume`, or a known `key`", optional: true),
        ],
        methods: [
            LuaFunctionDeclaration(
                "handle:status", "Asks fal how the job stands.",
                returns: [.init("event", .shape("fal.Event"), "its state now")], errors: ErrorCodes.client, waits: true,
                example: """
                    local handle = fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" })
                    print(handle:status().status)
                    """),
            LuaFunctionDeclaration(
                "handle:events", "Follows the job until it has ended.",
                returns: [
                    .init(
                        "next_event", .callback("fun(): fal.Event?"),
                        "an iterator over its changes, which waits for each")
                ], errors: ErrorCodes.client, waits: true,
                example: """
                    local handle = fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" })
                    for event in handle:events() do
                      print(event.status, event.queue_position)
                    end
                    """),
            LuaFunctionDeclaration(
                "handle:result", "Waits for the job and gives its output.",
                returns: [.init("output", .json, "what the model answers")],
                errors: ErrorCodes.client + ErrorCodes.job + ["validation"], waits: true,
                example: """
                    local handle = fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" })
                    print(handle:result().images[1].url)
                    """),
            LuaFunctionDeclaration(
                "handle:cancel", "Asks fal to cancel the job.",
                returns: [.init("cancelled", .boolean, "false when it had ended already")], errors: ErrorCodes.client,
                waits: true,
                example: """
                    local handle = fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" })
                    print(handle:cancel())
                    """),
        ])
}
