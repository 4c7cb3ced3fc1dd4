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
                "task.now", "Tells the time on a clock that nobody sets, to measure how long something takes.",
                returns: [.init("seconds", .number, "since a moment at the start of the process")],
                example: """
                    local begin = task.now()
                    task.sleep(0.01)
                    print(task.now() - begin >= 0.01) --> true
                    """),
            LuaFunctionDeclaration(
                "task.every",
                "Starts a task that calls a function again and again, the first time after the pause. It keeps to the "
                    + "clock, never runs twice at once (what falls into a long run is left out) and ends with its scope.",
                [
                    .init("seconds", .number(0.001...31_536_000), "from beat to beat", unit: "seconds"),
                    .init("fn", .function, "what is called; its error ends the task, as with `task.spawn`"),
                    .init("...", .any, "the function's arguments", optional: true),
                ],
                returns: [.init("task", LuaType("task.Task", .userdata), "to be cancelled")],
                example: """
                    local heartbeat = task.every(0.01, print, "alive")
                    task.sleep(0.05)
                    heartbeat:cancel()
                    """),
            LuaFunctionDeclaration(
                "task.stop_signal",
                "Waits until the program is told to end (Ctrl-C, SIGTERM). A script that waits for it is not cancelled: it "
                    + "ends by itself; a second signal ends it at once.",
                returns: [.init("name", .word(["SIGINT", "SIGTERM"]), "the signal; at once when it has come already")],
                errors: ["cancelled"], waits: true,
                example: """
                    task.scope(function(scope)
                      scope:spawn(function()
                        print(task.stop_signal())
                        scope:cancel()
                      end)
                      scope:cancel() -- so that this example ends
                    end)
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
            LuaFunctionDeclaration(
                "task.settle", "Runs functions side by side to their ends, whatever these are.",
                [.init("list", LuaType("(function|task.Task)[]", .table, expected: "table"), "functions, or tasks")],
                returns: [
                    .init("outcomes", .list(of: "task.Outcome"), "how each ended, in the order of the list")
                ],
                errors: ["cancelled"], waits: true,
                example: """
                    local outcomes = task.settle { function() return 1 end, function() error("no", 0) end }
                    print(outcomes[1].ok, outcomes[1].value, outcomes[2].ok, outcomes[2].error) --> true  1  false  no
                    """),
            LuaFunctionDeclaration(
                "task.race", "Runs functions side by side until one has ended; the others are cancelled.",
                [.init("list", LuaType("(function|task.Task)[]", .table, expected: "table"), "functions, or tasks")],
                returns: [.init("...", .any, "all results of the first; its error is raised here")],
                errors: ["cancelled"], waits: true,
                example: """
                    print(task.race { function() task.sleep(60) end, function() return "quick" end }) --> quick
                    """),
            LuaFunctionDeclaration(
                "task.timeout", "Calls a function that may take so long; then it is cancelled and `timeout` raised.",
                [
                    .init("seconds", .number(0...31_536_000), "how long", unit: "seconds"),
                    .init("fn", .function, "what it calls"),
                    .init("...", .any, "the function's arguments", optional: true),
                ],
                returns: [.init("...", .any, "all that the function returns")], errors: ["timeout", "cancelled"],
                waits: true,
                example: """
                    local ok, err = pcall(task.timeout, 0.01, task.sleep, 60)
                    print(ok, err.code) --> false  timeout
                    """),
            LuaFunctionDeclaration(
                "task.scope", "Calls a function and ends when all that was spawned in its scope has ended.",
                [.init("fn", .callback("fun(scope: task.Scope): any"), "called with the scope, as a task")],
                returns: [
                    .init("...", .any, "all that the function returns; nothing when the scope was cancelled before")
                ], errors: ["cancelled"], waits: true,
                example: """
                    task.scope(function(scope)
                      scope:spawn(print, "child")
                    end)
                    print("after its children")
                    """),
            LuaFunctionDeclaration(
                "task.shield", "Calls a function to its end even when the caller is cancelled meanwhile.",
                [
                    .init("fn", .function, "what it calls, as a task"),
                    .init("...", .any, "the function's arguments", optional: true),
                ],
                returns: [.init("...", .any, "all that the function returns")], errors: ["cancelled"], waits: true,
                example: """
                    print(task.shield(function(text) task.sleep(0.01) return text end, "saved")) --> saved
                    """),
            LuaFunctionDeclaration(
                "task.semaphore", "Makes a semaphore: permits that are handed out in the order of asking.",
                [.init("permits", .integer(1...Int64.max), "how many there are", default: "1")],
                returns: [.init("semaphore", LuaType("task.Semaphore", .userdata), "with all its permits free")],
                example: """
                    local printer = task.semaphore(2)
                    """),
            LuaFunctionDeclaration(
                "task.channel", "Makes a channel, which passes values from task to task in order.",
                [
                    .init(
                        "capacity", .integer(0...Int64.max),
                        "how many values it holds; with 0 a sender waits for its receiver", default: "0")
                ],
                returns: [.init("channel", LuaType("task.Channel", .userdata), "open and empty")],
                example: """
                    local channel = task.channel(1)
                    channel:send("hello")
                    print(channel:receive()) --> hello
                    """),
        ],
        classes: [taskClass, outcomeClass, scopeClass, semaphoreClass, channelClass])

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
                [.init("reason", .string, "becomes part of the error", optional: true)],
                example: """
                    local job = task.spawn(task.sleep, 60)
                    job:cancel()
                    """),
            LuaFunctionDeclaration(
                "task:status", "Tells how the task stands.",
                returns: [
                    .init(
                        "status", .word(["ready", "running", "waiting", "cancelling", "done", "failed", "cancelled"]),
                        "its state")
                ],
                example: """
                    print(task.spawn(task.sleep, 0):status()) --> ready
                    """),
        ])
}
