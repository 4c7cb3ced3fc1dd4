import LuaRuntime

extension LuaModuleDeclaration {
    static let avatars = LuaModuleDeclaration(
        "avatars", "The avatars that the project knows.",
        functions: [
            LuaFunctionDeclaration(
                "avatars.get", "Gives one avatar.", [avatarID],
                returns: [
                    .init("avatar", .shape("fal.Avatar"), "a table of its own: changing it changes nothing else")
                ],
                errors: ["avatar_not_found", "storage"], waits: true,
                example: """
                    local avatar = avatars.get("anna")
                    print(avatar.name, avatar.training_type)
                    """),
            LuaFunctionDeclaration(
                "avatars.save", "Adds an avatar, or replaces the one with the same id.",
                [.init("avatar", .shape("fal.Avatar"), "the whole avatar")],
                errors: ["storage"], waits: true,
                example: """
                    local avatar = avatars.get("anna")
                    avatar.trigger_phrase = "TOK woman"
                    avatars.save(avatar)
                    """),
            LuaFunctionDeclaration(
                "avatars.remove", "Removes an avatar from the project; fal keeps its model.", [avatarID],
                returns: [.init("removed", .boolean, "whether there was one")], errors: ["storage"], waits: true,
                example: """
                    print(avatars.remove("nobody")) --> false
                    """),
            LuaFunctionDeclaration(
                "avatars.import",
                "Reads avatars from a file, the earlier service's tables too: all of them or, when one is wrong, none.",
                [
                    .init("path", .string, "a list of avatars, or `{ \"avatars\": [ … ] }`, or CSV with a header"),
                    .init(
                        "options",
                        .options(
                            "fal.ImportOptions",
                            [.init("dry_run", .boolean, "change nothing, only say what would be", optional: true)]),
                        "how", optional: true),
                ],
                returns: [
                    .init("count", .integer, "how many avatars the file has"),
                    .init(
                        "report", .table,
                        "how many are `added`, `changed`, `same` or `kept`, one entry for each in `avatars`, and `notes`"
                    ),
                ], errors: ["validation", "storage"], waits: true,
                example: """
                    local name = os.tmpname()
                    local file <close> = assert(io.open(name, "w"))
                    file:write(avatars.export())
                    file:flush()
                    print(avatars.import(name))
                    os.remove(name)
                    """),
            LuaFunctionDeclaration(
                "avatars.export", "Writes all avatars as JSON.",
                returns: [.init("text", .string, "what `avatars.import` reads")], errors: ["storage"], waits: true,
                example: """
                    print(avatars.export())
                    """),
        ] + avatarLifecycle)

    static let avatarID = LuaValueDeclaration("id", .string, "the avatar's id")
}
