import Generation
import LuaRuntime
import Training

/// `fal.train`.
extension FalDeclarations {
    static let training = [
        LuaFunctionDeclaration(
            "fal.train",
            "Trains an avatar from photos and waits for it, hours if it must be. The same call again finds the training "
                + "that an earlier one began, and pays for nothing twice.",
            [.init("options", .options("fal.TrainOptions", fields), "what is trained, and from which photos")],
            returns: [
                .init("avatar", .shape("fal.Avatar"), "the avatar, which can be drawn"),
                .init("result", .shape("fal.Training"), "how it came about"),
            ],
            errors: ErrorCodes.client + [
                "validation", "unknown_preset", "invalid_config", "budget_exceeded", "submit_unknown", "expired",
                "storage",
            ], waits: true,
            example: """
                local ok, err = pcall(fal.train, {
                  kind = "portrait",
                  photos = "photos/mira",
                  name = "Mira",
                  trigger = "TOK_mira",
                  on_progress = function(percent, line) print(percent, line) end,
                })
                print(ok, err.code) --> false  storage
                """)
    ]

    private static let fields: [LuaValueDeclaration] = [
        .init("kind", .word(TrainingType.allCases.map(\.rawValue)), "what the photos show"),
        .init(
            "photos", .string.or(.list(of: "string")),
            "a folder, a zip archive, or a list of files; captions are `.txt` files of the photos' names"),
        .init("name", .string, "what people call it"),
        .init("trigger", .string, "the words that will call it in prompts: one that nobody writes, like `TOK_mira`"),
        .init("preset", .string, "a file of `presets/training/`", default: "\"balanced\""),
        .init("settings", .json, "values in place of the preset's: `{ steps = 1500 }`", optional: true),
        .init("endpoint", .string, "another trainer", optional: true),
        .init("avatar_id", .string, "the avatar's id; without it one made of the name", optional: true),
        .init("user_id", .string, "whose avatar it is", optional: true),
        .init("keep_lora", .boolean, "whether the file of weights is kept on this machine", default: "false"),
        .init(
            "timeout", .duration, "how long fal may take; then the training is cancelled", default: "21600",
            unit: "seconds"),
        .key, .retryFailed,
        .init(
            "on_progress", .callback("fun(percent: integer?, line: string)"),
            "called with each line of the trainer's log, and the percentage where the line tells one; may wait",
            optional: true),
    ]

    static let trainingResult = LuaClassDeclaration(
        "fal.Training", "How an avatar was trained.",
        fields: [
            .init("avatar", .shape("fal.Avatar"), "the avatar"),
            .init("endpoint", .string, "the trainer"),
            .init("arguments", .json, "what it was sent"),
            .init("job_id", .string, "the ledger's id"),
            .init("request_id", .string, "fal's id", optional: true),
            .init("duration", .number, "from the submit to the result", unit: "seconds"),
            .init("price", .number, "what it cost, where that is known", optional: true, unit: "dollars"),
            .init("output", .json, "what the trainer answered"),
            .init("file", .string, "the file of weights on this machine, where it is kept", optional: true),
            .init("resumed", .boolean, "an earlier call paid for it"),
            .init("remark", .string, "what went wrong beside it", optional: true),
        ])
}
