import LuaRuntime

/// `http.receive`, what its function gets and what it may return.
extension LuaModuleDeclaration {
    static let receive = LuaFunctionDeclaration(
        "http.receive",
        "Under `falhost serve`: calls a function with each request that comes for a path, in a task of its own, and "
            + "answers with what it returns: a status, a table, or nothing (200). Its error is logged and answered with "
            + "500. The script goes on while paths are open: until `task:cancel()`, or a signal that it waits for "
            + "(`task.stop_signal`), after which the requests under way are the last.",
        [
            .init("path", .string, "begins with `/`, compared as it comes; `/metrics`, `/healthz` and fal's are taken"),
            .init(
                "fn", .callback("fun(request: http.Received): integer|http.Answer|nil"),
                "answers one request; may wait"),
            .init(
                "options",
                .options(
                    "http.ReceiveOptions",
                    [
                        .init(
                            "timeout", .number(0.001...60),
                            "after which the function is cancelled and the answer is 504", default: "30",
                            unit: "seconds"),
                        .init(
                            "limit", .count, "requests at once; those beyond are told to come again (503)",
                            default: "64"),
                    ]), "limits", optional: true),
        ],
        returns: [
            .init("task", LuaType("task.Task", .userdata), "to be cancelled; its scope does not end before it"),
            .init("url", .string, "the path's address on this machine"),
        ],
        errors: ["validation"],
        example: """
            http.receive("/orders", function(request)
              if request.headers["x-secret"] ~= os.getenv "ORDERS_SECRET" then return 401 end
              print(request.method, request.body)
              return { status = 201, headers = { ["Content-Type"] = "application/json" }, body = "{}" }
            end)
            """)

    static let receivedClass = LuaClassDeclaration(
        "http.Received", "A request that came, for the function of `http.receive`.",
        fields: [
            .init("method", .string, "`GET`, `POST`, …"),
            .init("path", .string, "as it came, without the query"),
            .init("query", .string, "what stands behind the `?`, percent-encoded; empty when nothing does"),
            .init(
                "headers", LuaType("table<string, string>", .table),
                "by lower-case names; several of one name are joined by `, `"),
            .init("body", .string, "all of it, at most 4 MiB"),
        ])

    static let answerClass = LuaClassDeclaration(
        "http.Answer", "What the function of `http.receive` may return.",
        fields: [
            .init("status", .integer(200...599), "200 when it is left out", optional: true),
            .init("headers", LuaType("table<string, any>", .table), "fields by their names", optional: true),
            .init("body", .string, "plain text unless `Content-Type` says otherwise", optional: true),
        ])
}
