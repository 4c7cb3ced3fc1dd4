import LuaRuntime

/// The modules that know nothing of fal.
extension LuaModuleDeclaration {
    static let json = LuaModuleDeclaration(
        "json", "JSON (RFC 8259), with integers and floats kept apart, `[]` and `{}` kept apart.",
        functions: [
            LuaFunctionDeclaration(
                "json.decode", "Reads a JSON document; an error names the byte at fault.",
                [.init("text", .string, "one document")],
                returns: [.init("value", .any, "`json.null` for null")],
                example: """
                    print(json.decode('{"seed": 7}').seed) --> 7
                    """),
            LuaFunctionDeclaration(
                "json.encode", "Writes a value as JSON, members in the order of their names.",
                [
                    .init("value", .any, "a table with items becomes an array, any other an object"),
                    .init(
                        "options",
                        .options(
                            "json.EncodeOptions",
                            [.init("pretty", .boolean, "one member a line, indented", default: "false")]),
                        "how it is written", optional: true),
                ],
                returns: [.init("text", .string, "UTF-8")],
                example: """
                    print(json.encode({ prompt = "a door", seed = 7 }, { pretty = true }))
                    """),
            LuaFunctionDeclaration(
                "json.array", "Marks a table as an array, so that it is written as `[]` when it is empty.",
                [.init("table", .table, "the table to mark", default: "{}")],
                returns: [.init("table", .table, "the same table")],
                example: """
                    print(json.encode { tags = json.array {} }) --> {"tags":[]}
                    """),
        ],
        values: [.init("null", LuaType("lightuserdata", .all), "JSON's null, which is not Lua's nil")])

    static let log = LuaModuleDeclaration(
        "log", "Lines for people, on standard error: texts, and fields behind them.",
        functions: [
            ("debug", "Writes a line that shows with `--verbose` only."), ("info", "Writes a line."),
            ("warning", "Writes a line that shows with `--quiet` too."),
            ("error", "Writes a line about a failure; raises nothing."),
        ].map { level, summary in
            LuaFunctionDeclaration(
                "log.\(level)", summary,
                [
                    .init(
                        "...", .any, "joined by tabs, as `print` joins them; a last table of named values gives fields")
                ],
                example:
                    "log.\(level)(\"pictures left:\", 3)\nlog.\(level)(\"sent\", { chat = 7, name = \"a b\" }) -- sent chat=7 name=\"a b\""
            )
        })

    static let text = LuaModuleDeclaration(
        "text", "A global of presets and rules: what Lua's own strings cannot do beyond ASCII.",
        functions: [
            LuaFunctionDeclaration(
                "text.has_phrase", "Tells whether a phrase stands in a text as whole words, in any case.",
                [
                    .init("text", .string, "where it is looked for"),
                    .init("phrase", .string, "a word or several; `TOK` is not in \"stock\""),
                ],
                returns: [.init("found", .boolean, "true when it is there")],
                example: """
                    assert(text.has_phrase("портрет, ТОК", "ток"))
                    """),
            LuaFunctionDeclaration(
                "text.lower", "Gives a text in lower case, in every alphabet.",
                [.init("text", .string, "any text")],
                returns: [.init("lower", .string, "the same in lower case")],
                example: """
                    assert(text.lower("ДОМ") == "дом")
                    """),
        ],
        classes: [
            LuaClassDeclaration(
                "fal.RuleContext", "What a rule gets beside the prompt.",
                fields: [
                    .init("avatar", .shape("fal.Avatar"), "whom the picture shows"),
                    .init("preset", .string, "the preset's name"),
                    .init("config", .config, "the values in force"),
                    .init("endpoint", .string, "where the prompt goes"),
                ]),
            LuaClassDeclaration(
                "fal.Preset", "What a file in presets/ returns: config keys, and these.", parent: "fal.Config",
                fields: [
                    .init("description", .string, "one line for `falhost presets list`", optional: true),
                    .init("extends", .string, "the preset on which this one builds", optional: true),
                ]),
        ], isGlobal: true)
}
