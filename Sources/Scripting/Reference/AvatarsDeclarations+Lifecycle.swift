import Generation
import LuaRuntime

extension LuaModuleDeclaration {
    static let avatarLifecycle: [LuaFunctionDeclaration] = [
        LuaFunctionDeclaration(
            "avatars.create", "Adds a new avatar: a draft with a new id, where the fields do not say otherwise.",
            [.init("fields", .shape("fal.Avatar"), "at least `name` and `training_type`")],
            returns: [avatar], errors: ["validation", "lora_file_missing", "finetune_id_missing", "storage"],
            waits: true,
            example: """
                local draft = avatars.create { name = "Boris", training_type = "portrait", user_id = 42 }
                print(#draft.id, draft.status) --> 36	draft
                """),
        LuaFunctionDeclaration(
            "avatars.find", "Finds the first avatar, by id, that matches.", [filter],
            returns: [.init("avatar", .shape("fal.Avatar"), "nil when there is none", optional: true)],
            errors: ["storage"], waits: true,
            example: """
                print(avatars.find { name = "Nobody" }) --> nil
                """),
        LuaFunctionDeclaration(
            "avatars.list", "Gives the avatars that match, without a filter all that are not archived.", [filter],
            returns: [.init("avatars", .list(of: "fal.Avatar"), "in the order of their ids")], errors: ["storage"],
            waits: true,
            example: """
                for _, avatar in ipairs(avatars.list { status = "completed" }) do
                  print(avatar.id, avatar.training_type)
                end
                """),
        LuaFunctionDeclaration(
            "avatars.update",
            "Changes the fields that are given and no others; an empty text removes one. Another LoRA file has no pin.",
            [avatarID, .init("fields", .shape("fal.Avatar"), "what changes; a field that no avatar has is an error")],
            returns: [avatar],
            errors: ["avatar_not_found", "validation", "lora_file_missing", "finetune_id_missing", "storage"],
            waits: true,
            example: """
                avatars.update("anna", { trigger_phrase = "TOK woman", user_id = 42 })
                """),
        LuaFunctionDeclaration(
            "avatars.archive", "Puts an avatar away: it makes no pictures and stands in no list.", [avatarID],
            returns: [avatar], errors: ["avatar_not_found", "storage"], waits: true,
            example: """
                avatars.archive("anna")
                print(#avatars.list { archived = true }) --> 1
                avatars.unarchive("anna")
                """),
        LuaFunctionDeclaration(
            "avatars.unarchive", "Brings an archived avatar back.", [avatarID],
            returns: [avatar], errors: ["avatar_not_found", "storage"], waits: true,
            example: """
                avatars.unarchive("anna")
                """),
        LuaFunctionDeclaration(
            "avatars.pin",
            "Fetches an avatar's LoRA file and takes down its SHA-256 and size, or compares it with what was taken down.",
            [
                avatarID,
                .init(
                    "options",
                    .options(
                        "fal.PinOptions",
                        [.init("accept", .boolean, "pin a changed file in place of the old one", optional: true)]),
                    "how", optional: true),
            ],
            returns: [
                .init(
                    "pin", .table,
                    "`outcome` (`pinned`, `unchanged`, `changed`), `sha256`, `size`, for a changed file `pinned_sha256`"
                )
            ],
            errors: ["avatar_not_found", "lora_file_missing", "expired", "network", "storage"], waits: true,
            example: """
                local weights = { data = "weights", file_name = "anna.safetensors" }
                avatars.update("anna", { diffusers_lora_file_url = fal.upload(weights) })
                print(avatars.pin("anna").outcome, avatars.pin("anna").outcome) --> pinned	unchanged
                """),
        LuaFunctionDeclaration(
            "avatars.check",
            "Makes one canary picture, always the same words and seed, and keeps it; says before what it costs.",
            [avatarID],
            returns: [
                .init(
                    "result", .shape("fal.Result"),
                    "with `files`, and `lora` (see `avatars.pin`) where the avatar has a pin")
            ],
            errors: ErrorCodes.generation, waits: true,
            example: """
                print(avatars.check("anna").files[1])
                """),
    ]

    private static let avatar = LuaValueDeclaration("avatar", .shape("fal.Avatar"), "as it is now")

    private static let filter = LuaValueDeclaration(
        "filter",
        .options(
            "fal.AvatarFilter",
            [
                .init("name", .string, "only those called so", optional: true),
                .init("status", .word(Avatar.statuses), "only those in this state", optional: true),
                .init(
                    "training_type", .word(TrainingType.allCases.map(\.rawValue)), "only those of this type",
                    optional: true),
                .init("user_id", .string.or(.integer), "only those of this user", optional: true),
                .init("archived", .boolean, "those that are put away, in place of the others", default: "false"),
            ]), "which avatars", optional: true)
}
