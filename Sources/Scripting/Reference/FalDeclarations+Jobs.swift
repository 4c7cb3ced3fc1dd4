import Generation
import LuaRuntime

/// `fal.jobs`, the ledger.
extension FalDeclarations {
    static let jobs = [
        LuaFunctionDeclaration(
            "fal.jobs.list", "Lists the jobs of the ledger, newest first.",
            [
                .init(
                    "filter",
                    .options(
                        "fal.JobFilter",
                        [
                            .init("run", .string, "only those of this run", optional: true),
                            .init("key", .string, "only the one that a call named so", optional: true),
                            .init(
                                "state", .string.or(.list(of: "string")),
                                "only those in this state, or in one of these: "
                                    + Job.State.Name.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
                                optional: true),
                            .init("limit", .count, "at most so many", default: "100"), since,
                        ]), "which jobs", optional: true)
            ],
            returns: [.init("jobs", .list(of: "fal.Job"), "as `falhost jobs list --json` has them")],
            errors: ["storage"], waits: true,
            example: """
                for _, job in ipairs(fal.jobs.list { state = { "failed", "unknown" }, since = "7d" }) do
                  print(job.id, job.state, job.error.message)
                end
                """),
        LuaFunctionDeclaration(
            "fal.jobs.get", "Finds a job of the ledger, with every state that it was in.",
            [jobID],
            returns: [.init("job", .shape("fal.Job"), "nil when the ledger has no such job", optional: true)],
            errors: ["validation", "storage"], waits: true,
            example: """
                local _, result = fal.generate_avatar_image(anna, "a portrait")
                print(fal.jobs.get(result.job_id).price)
                """),
        LuaFunctionDeclaration(
            "fal.jobs.cancel", "Cancels a job at fal and notes it in the ledger.", [jobID],
            returns: [.init("cancelled", .boolean, "false when it had ended already")],
            errors: ErrorCodes.client + ["validation", "submit_unknown", "storage"], waits: true,
            example: """
                for _, job in ipairs(fal.jobs.list { state = "submitted", since = "1h" }) do
                  print(job.id, fal.jobs.cancel(job.id))
                end
                """),
        LuaFunctionDeclaration(
            "fal.jobs.spent",
            "Adds up the jobs of the ledger; those of simulators count for scripts on a simulator only.",
            [
                .init(
                    "filter",
                    .options(
                        "fal.SpentFilter",
                        [.init("run", .string, "only those of this run", optional: true), since]), "which jobs",
                    optional: true)
            ],
            returns: [.init("totals", .shape("fal.Totals"), "as `falhost stats --json` has them")],
            errors: ["storage"], waits: true,
            example: """
                local today = fal.jobs.spent { since = os.date("%Y-%m-%d") }
                print(("%d jobs, $%.2f"):format(today.jobs, today.spent))
                """),
    ]

    private static let jobID = LuaValueDeclaration("id", .string, "the job's id, or its beginning")
    private static let since = LuaValueDeclaration(
        "since", .string, "only those made since then: `7d`, `12h`, `30m`, `2026-11-22`, or a job's `created`",
        optional: true)

    static let job = LuaClassDeclaration(
        "fal.Job", "A job as the ledger has it.",
        fields: [
            .init("id", .string, "the ledger's id"),
            .init("run", .string, "the run that made it"),
            .init("state", .word(Job.State.Name.allCases.map(\.rawValue)), "how far it is"),
            .init("created", .string, "when it was made (RFC 3339)"),
            .init("updated", .string, "when it came into its state"),
            .init("endpoint", .string, "the model"),
            .init("key", .string, "what its call named it", optional: true),
            .init("avatar", .string, "the avatar's id, of a generation", optional: true),
            .init("preset", .string, "the preset's name, of a generation", optional: true),
            .init("prompt", .string, "as the call gave it, of a generation", optional: true),
            .init("arguments", .json, "the request's body"),
            .init("picture_name", .string, "the name that a batch's line gave its pictures", optional: true),
            .init("request_id", .string, "fal's id", optional: true),
            .init("error", .json, "`code`, `message`, and `request_id` where known", optional: true),
            .init("estimate", .number, "what it was expected to cost", optional: true, unit: "dollars"),
            .init("price", .number, "what it cost, where that is known", optional: true, unit: "dollars"),
            .init("urls", .list(of: "string"), "where its pictures are, when it is completed", optional: true),
            .init("billable_units", .number, "what fal counts for the bill", optional: true),
            .init("output", .json, "what the model answered", optional: true),
            .init(
                "history", .list(of: "table<string, string>"),
                "`state` and `time` of each step, from `fal.jobs.get`", optional: true),
        ])

    static let totals = LuaClassDeclaration(
        "fal.Totals", "What jobs came to.",
        fields: [
            .init("jobs", .integer, "how many"),
            .init("completed", .integer, "how many gave a result"),
            .init("failed", .integer, "how many failed, expired or were lost"),
            .init("cancelled", .integer, "how many were cancelled"),
            .init("success_rate", .number, "completed ones among those that completed or failed", optional: true),
            .init("p50", .number, "half of them were done within that time", optional: true, unit: "seconds"),
            .init("p95", .number, "19 of 20 were done within that time", optional: true, unit: "seconds"),
            .init("spent", .number, "the known prices", unit: "dollars"),
            .init("unknown_prices", .integer, "how many ended without a known price"),
            .init("nsfw_share", .number, "flagged ones among the pictures that fal judged", optional: true),
        ])
}
