extension LuaModuleDeclaration {
    /// `require "task"`.
    package static let task = LuaModuleDeclaration(
        "task", "Structured concurrency: a task belongs to the one that spawned it, which does not end before it.",
        functions: [
            LuaFunctionDeclaration(
                "task.spawn", "Starts a task that runs beside the calling one.",
                [
                    .init("fn", .function, "what it runs"),
                    .init("...", .any, "the function's arguments", optional: true),
                ],
                returns: [.init("task", LuaType("task.Task", .userdata), "to be awaited or cancelled")],
                example: """
                    local job = task.spawn(function(a, b) return a + b end, 1, 2)
                    print(job:await()) --> 3
                    """),
            LuaFunctionDeclaration(
                "task.sleep", "Waits for a time.",
                [.init("seconds", .number(0...31_536_000), "how long", unit: "seconds")], errors: ["cancelled"],
                waits: true,
                example: """
                    task.sleep(0.01)
                    """),
            LuaFunctionDeclaration(
                "task.all", "Runs functions side by side and waits for all; the first failure cancels the others.",
                [.init("list", LuaType("(function|task.Task)[]", .table, expected: "table"), "functions, or tasks")],
                returns: [.init("results", .list(of: "any"), "the first result of each, in the order of the list")],
                errors: ["cancelled"], waits: true,
                example: """
                    local words = task.all {
                      function() task.sleep(0.01) return "slow" end,
                      function() return "quick" end,
                    }
                    print(words[1], words[2]) --> slow  quick
                    """),
            LuaFunctionDeclaration(
                "task.map", "Calls a function for each item of a list, side by side.",
                [
                    .init("list", .list(of: "any"), "the items"),
                    .init(
                        "options",
                        .options(
                            "task.MapOptions",
                            [.init("limit", .integer(1...Int64.max), "how many run at a time", default: "8")]
                        ).or(.function), "may be left out: the function comes second then"),
                    .init(
                        "fn", .callback("fun(item: any, index: integer): any"), "called with an item and its position",
                        optional: true),
                ],
                returns: [.init("results", .list(of: "any"), "the first result of each, in the order of the list")],
                errors: ["cancelled"], waits: true,
                overloads: ["fun(list: any[], fn: fun(item: any, index: integer): any): any[]"],
                example: """
                    local lengths = task.map({ "a", "bb" }, { limit = 8 }, function(word) return #word end)
                    print(lengths[1], lengths[2]) --> 1  2
                    """),
        ],
        classes: [taskClass])

    /// The objects that `task.spawn` gives.
    static let taskClass = LuaClassDeclaration(
        "task.Task", "A function that runs beside others.",
        methods: [
            LuaFunctionDeclaration(
                "task:await", "Waits for the task's end; an error that ended it is raised here.",
                returns: [.init("...", .any, "all that its function returns")], errors: ["cancelled"], waits: true,
                example: """
                    local job = task.spawn(function() return "done" end)
                    print(job:await()) --> done
                    """),
            LuaFunctionDeclaration(
                "task:cancel", "Cancels the task: what it waits for raises `cancelled` in it, and its cleanup runs.",
                example: """
                    local job = task.spawn(task.sleep, 60)
                    job:cancel()
                    """),
            LuaFunctionDeclaration(
                "task:status", "Tells how the task stands.",
                returns: [
                    .init("status", .word(["ready", "running", "waiting", "done", "failed", "cancelled"]), "its state")
                ],
                example: """
                    print(task.spawn(task.sleep, 0):status()) --> ready
                    """),
        ])
}
