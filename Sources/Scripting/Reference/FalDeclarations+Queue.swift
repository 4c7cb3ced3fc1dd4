import Generation
import LuaRuntime

/// `require "fal"`, the part that works with any endpoint.
extension FalDeclarations {
    static let queue = [
        LuaFunctionDeclaration(
            "fal.submit",
            "Puts a job into fal's queue and gives its handle, without waiting for its result. Where jobs are paced "
                + "(`--jobs-in-flight`) it waits for the job's turn first.",
            [
                .endpoint, .arguments,
                .init(
                    "options", .options("fal.SubmitOptions", submitFields + waitFields),
                    "how the job is queued and awaited", optional: true),
            ],
            returns: [handle], errors: ErrorCodes.client + ["budget_exceeded", "submit_unknown", "storage"],
            waits: true,
            example: """
                local job = fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" }, { priority = "low" })
                print(job.request_id, job:result().images[1].url)
                """),
        LuaFunctionDeclaration(
            "fal.handle", "Finds a job again by its request id; sends nothing.",
            [
                .endpoint, .init("request_id", .string, "the id that `fal.submit` gave"),
                .init("options", .options("fal.HandleOptions", waitFields), "how the job is awaited", optional: true),
            ],
            returns: [handle],
            example: """
                local id = fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" }).request_id
                print(fal.handle("fal-ai/flux-lora", id):status().status)
                """),
        LuaFunctionDeclaration(
            "fal.subscribe", "Puts a job into fal's queue and waits for its output.",
            [
                .endpoint, .arguments,
                .init(
                    "options", .options("fal.SubscribeOptions", submitFields + waitFields + [onUpdate, cache]),
                    "how the job is queued and awaited", optional: true),
            ],
            returns: [output], errors: ErrorCodes.client + ErrorCodes.job + ["validation", "storage"], waits: true,
            example: """
                local output = fal.subscribe("fal-ai/flux-lora", { prompt = "a lighthouse" }, {
                  logs = true,
                  on_update = function(event) print(event.status) end,
                })
                print(output.images[1].url)
                """),
        LuaFunctionDeclaration(
            "fal.run", "Runs a model on one connection, without the queue: for models that answer quickly.",
            [
                .endpoint, .arguments,
                .init(
                    "options",
                    .options(
                        "fal.RunOptions",
                        [
                            .init("timeout", .duration, "the longest time to wait", optional: true, unit: "seconds"),
                            .key, .retryFailed,
                        ]),
                    "how long to wait; with a `key` the call goes through the queue, where its job can be found again",
                    optional: true),
            ],
            returns: [output],
            errors: ErrorCodes.client + ["validation", "content_policy_violation", "budget_exceeded"], waits: true,
            example: """
                print(fal.run("fal-ai/flux-lora", { prompt = "a lighthouse" }).images[1].url)
                """),
        LuaFunctionDeclaration(
            "fal.stream", "Runs a model that answers piece by piece.",
            [
                .endpoint, .arguments,
                .init(
                    "options",
                    .options(
                        "fal.StreamOptions",
                        [.init("path", .string, "the path of the endpoint's stream", default: "\"/stream\"")]),
                    "where the stream is", optional: true),
            ],
            returns: [
                .init("next_chunk", .callback("fun(): any"), "an iterator over the pieces, which waits for each")
            ],
            errors: ErrorCodes.client + ["validation", "budget_exceeded"], waits: true,
            example: """
                for chunk in fal.stream("fal-ai/flux-lora", { prompt = "a lighthouse" }) do
                  print(json.encode(chunk))
                end
                """),
    ]

    static let files = [
        LuaFunctionDeclaration(
            "fal.upload", "Stores a file at fal, for arguments that take an address.",
            [
                .init(
                    "file",
                    .string.or(
                        .options(
                            "fal.UploadData",
                            [
                                .init("data", .string, "the file's bytes"),
                                .init("file_name", .string, "the name it gets", optional: true),
                                .init("content_type", .string, "such as `image/png`", optional: true),
                            ])), "a path, or the bytes themselves")
            ],
            returns: [.init("url", .string, "the file's address at fal")], errors: ErrorCodes.client + ["storage"],
            waits: true,
            example: """
                print(fal.upload { data = "hello", file_name = "hello.txt", content_type = "text/plain" })
                """),
        LuaFunctionDeclaration(
            "fal.download", "Keeps a picture, or any other file of a result, on the disk.",
            [
                .init(
                    "url", .string.or(.shape("fal.Result")),
                    "an address, a data URI, or a result, all of whose pictures are kept"),
                .init(
                    "path", .string,
                    "the file to write; without it the picture is kept under its name (`--name`) in the picture folder",
                    optional: true),
            ],
            returns: [
                .init(
                    "path", .string.or(.list(of: "string")), "the file that was written; of a result the list of them")
            ],
            errors: ["network", "server_error", "timeout", "malformed_response", "expired", "storage", "cancelled"],
            waits: true,
            example: """
                local url, result = fal.generate_avatar_image(anna, "a portrait")
                print(fal.download(url))
                print(table.concat(fal.download(result), ", "))
                """),
    ]

    private static let handle = LuaValueDeclaration("handle", LuaType("fal.Handle", .table), "the job")
    private static let output = LuaValueDeclaration("output", .json, "what the model answers")

    private static let submitFields: [LuaValueDeclaration] = [
        .init("priority", .word(JobOptions.priorities), "the place in the queue", optional: true),
        .init(
            "start_timeout", .duration, "fal drops the job when it has not begun by then", optional: true,
            unit: "seconds"),
        .init(
            "webhook_url", .string, "fal posts the result to this address, too (see `falhost serve`)", optional: true),
        .init("hint", .string, "jobs with the same hint go to the same runner where possible", optional: true),
        .init(
            "fairness_key", .string, "jobs with different keys take turns where jobs wait for their turn",
            optional: true),
        .key, .retryFailed,
        .init("max_queue_length", .count, "refused with `rate_limited` when more are waiting", optional: true),
    ]

    private static let waitFields: [LuaValueDeclaration] = [
        .init("logs", .boolean, "whether events carry the model's log lines", default: "false"),
        .init("timeout", .duration, "the longest time to wait for the result", optional: true, unit: "seconds"),
    ]

    private static let cache = LuaValueDeclaration(
        "cache", .boolean,
        "whether the kept pictures of an equal request answer (the output then has `cached`, and each image its `path`); without a `seed` any seed is equal",
        default: "false")

    private static let onUpdate = LuaValueDeclaration(
        "on_update", .callback("fun(event: fal.Event)"), "called with each change of the job; may wait", optional: true)
}
