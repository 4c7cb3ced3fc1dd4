import LuaRuntime

/// `require "http"`.
extension LuaModuleDeclaration {
    static let http = LuaModuleDeclaration(
        "http",
        "Requests to any server, over http and https, with which the fal key is never sent; and requests from any "
            + "client, under `falhost serve`. In the examples `url` is an address.",
        functions: [
            LuaFunctionDeclaration(
                "http.request",
                "Sends a request and waits for the answer. A status of 400 and above is no error: no answer is.",
                [
                    .init(
                        "options", .options("http.Request", [url, method] + HTTPOptions.body + HTTPOptions.all),
                        "what to send")
                ],
                returns: [HTTPOptions.response], errors: HTTPOptions.errors, waits: true,
                example: """
                    local response = http.request { url = url, method = "PUT", json = { name = "anna" }, timeout = 5 }
                    print(response.status, response.ok)
                    """),
            withoutBody(
                "get", "Sends a GET request.",
                "local response = http.get(url, { query = { page = 2 } })\nprint(response.headers[\"content-type\"], #response.body)"
            ),
            withoutBody("head", "Asks for the headers alone.", "print(http.head(url).headers[\"content-length\"])"),
            withoutBody(
                "delete", "Sends a DELETE request.",
                "print(http.delete(url, { headers = { Authorization = \"Bearer 123\" } }).status)"),
            withBody(
                "post", "Sends a POST request.",
                "local response = http.post(url, { form = { chat_id = 7, text = \"done\" } })\nif response.ok then print(response.body) end"
            ),
            withBody(
                "put", "Sends a PUT request.",
                "print(http.put(url, { body = \"hello\", headers = { [\"Content-Type\"] = \"text/plain\" } }).status)"),
            withBody(
                "patch", "Sends a PATCH request.", "print(http.patch(url, { json = { status = \"done\" } }).status)"),
            receive,
        ],
        classes: [responseClass, partClass, receivedClass, answerClass])

    private static let url = LuaValueDeclaration(
        "url", .string, "an http or https address, percent-encoded; `query` encodes")
    private static let method = LuaValueDeclaration(
        "method", .word(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]), "what to do",
        default: "\"GET\"")

    private static func withoutBody(_ name: String, _ summary: String, _ example: String) -> LuaFunctionDeclaration {
        sending(name, summary, .options("http.Options", HTTPOptions.all), example)
    }

    private static func withBody(_ name: String, _ summary: String, _ example: String) -> LuaFunctionDeclaration {
        sending(name, summary, .options("http.BodyOptions", HTTPOptions.body + HTTPOptions.all), example)
    }

    private static func sending(
        _ name: String, _ summary: String, _ options: LuaType, _ example: String
    ) -> LuaFunctionDeclaration {
        LuaFunctionDeclaration(
            "http.\(name)", summary,
            [url, .init("options", options, "what goes with it, and the limits", optional: true)],
            returns: [HTTPOptions.response], errors: HTTPOptions.errors, waits: true, example: example)
    }

    private static let responseClass = LuaClassDeclaration(
        "http.Response", "What a server answered.",
        fields: [
            .init("status", .integer, "the status code"),
            .init("ok", .boolean, "whether the status is 2xx"),
            .init(
                "headers", LuaType("table<string, string>", .table),
                "by lower-case names; several of one name are joined by `, `, cookies by a line feed"),
            .init("body", .string, "all of it; nil when it is streamed", optional: true),
            .init("url", .string, "the address that answered, after redirects"),
        ],
        methods: [
            LuaFunctionDeclaration(
                "response:json", "Reads the body as JSON, as `json.decode` does.",
                returns: [.init("value", .any, "what it says")], errors: ["malformed_response", "validation"],
                example: """
                    local response = http.get(url)
                    if response.headers["content-type"] == "application/json" then print(response:json().status) end
                    """),
            LuaFunctionDeclaration(
                "response:chunks", "Iterates over the body as it comes; leaving the loop ends the transfer.",
                returns: [.init("next_chunk", .callback("fun(): string?"), "an iterator, which waits for each")],
                errors: HTTPOptions.errors, waits: true,
                example: """
                    local size = 0
                    for chunk in http.get(url, { stream = true }):chunks() do size = size + #chunk end
                    print(size)
                    """),
            LuaFunctionDeclaration(
                "response:lines", "Iterates over the body's lines as they come; leaving the loop ends the transfer.",
                returns: [.init("next_line", .callback("fun(): string?"), "an iterator, which waits for each")],
                errors: HTTPOptions.errors, waits: true,
                example: """
                    for line in http.get(url, { stream = true }):lines() do
                      print(line)
                    end
                    """),
            LuaFunctionDeclaration(
                "response:close",
                "Ends a streamed response's transfer, as the end of `local response <close> = …` does.",
                example: """
                    local response <close> = http.get(url, { stream = true })
                    """),
        ])

    private static let partClass = LuaClassDeclaration(
        "http.Part", "A field or a file of a form; one of `value`, `path` and `data`.",
        fields: [
            .init("name", .string, "the field's name"),
            .init("value", .string.or(.number), "a field's value", optional: true),
            .init("path", .string, "a file, read from the disk while it is sent", optional: true),
            .init("data", .string, "a file's bytes", optional: true),
            .init("file_name", .string, "the file's name for the server", optional: true),
            .init("content_type", .string, "such as `image/png`; else by the file's name", optional: true),
        ])
}

/// What the functions of `http` have in common.
private enum HTTPOptions {
    static let errors = ["network", "timeout", "malformed_response", "storage", "cancelled"]

    static let response = LuaValueDeclaration("response", LuaType("http.Response", .table), "what came back")

    static let body: [LuaValueDeclaration] = [
        .init("body", .string, "the body as it is", optional: true),
        .init("json", .any, "a value that becomes the body as JSON", optional: true),
        .init("form", LuaType("table<string, any>", .table), "fields, as a form sends them", optional: true),
        .init("multipart", .list(of: "http.Part"), "fields and files, as a form with files sends them", optional: true),
    ]

    static let all: [LuaValueDeclaration] = [
        .init("headers", LuaType("table<string, any>", .table), "fields by their names", optional: true),
        .init("query", LuaType("table<string, any>", .table), "parameters for the address", optional: true),
        .init(
            "timeout", .duration,
            "the longest time for the whole answer; of a stream, without a byte", default: "30", unit: "seconds"),
        .init(
            "max_bytes", .count,
            "the most that the (unpacked) body may have; a stream has no limit unless one is given",
            default: "67108864"),
        .init(
            "redirects", .integer(0...20),
            "how many are followed; another host gets no `Authorization`, no cookies, no field of yours",
            default: "5"),
        .init("stream", .boolean, "whether the body is read as it comes, with `chunks` or `lines`", default: "false"),
    ]
}
