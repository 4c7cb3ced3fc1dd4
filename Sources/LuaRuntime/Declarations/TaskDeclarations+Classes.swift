extension LuaModuleDeclaration {
    /// What `task.settle` gives for each of its functions.
    static let outcomeClass = LuaClassDeclaration(
        "task.Outcome", "How a task ended.",
        fields: [
            .init("ok", .boolean, "whether it ended without an error"),
            .init("value", .any, "the first result, if it did", optional: true),
            .init("error", .any, "the error, if not", optional: true),
        ])

    /// What `task.scope` passes to its function.
    static let scopeClass = LuaClassDeclaration(
        "task.Scope", "The right to spawn into a scope, which ends when all its tasks have.",
        methods: [
            LuaFunctionDeclaration(
                "scope:spawn", "Starts a task of the scope, whoever calls.",
                [
                    .init("fn", .function, "what it runs"),
                    .init("...", .any, "the function's arguments", optional: true),
                ],
                returns: [.init("task", LuaType("task.Task", .userdata), "to be awaited or cancelled")],
                example: """
                    task.scope(function(scope) scope:spawn(print, "child") end) --> child
                    """),
            LuaFunctionDeclaration(
                "scope:cancel", "Cancels the scope's function and tasks; `task.scope` ends without an error then.",
                example: """
                    task.scope(function(scope)
                      scope:spawn(task.sleep, 60)
                      scope:cancel()
                    end)
                    """),
        ])

    /// What `task.semaphore` makes.
    static let semaphoreClass = LuaClassDeclaration(
        "task.Semaphore", "A number of permits; who finds none free waits for one.",
        methods: [
            LuaFunctionDeclaration(
                "semaphore:acquire", "Takes a permit, waiting for one if none is free.",
                returns: [
                    .init(
                        "semaphore", LuaType("task.Semaphore", .userdata),
                        "itself: the end of `local permit <close> = …` gives the permit back")
                ], errors: ["cancelled"], waits: true,
                example: """
                    local semaphore = task.semaphore()
                    do
                      local permit <close> = semaphore:acquire()
                    end
                    """),
            LuaFunctionDeclaration(
                "semaphore:release", "Gives a permit back, to who has waited longest.",
                example: """
                    local semaphore = task.semaphore()
                    semaphore:acquire()
                    semaphore:release()
                    """),
            LuaFunctionDeclaration(
                "semaphore:with", "Calls a function with a permit, which is given back however that ends.",
                [
                    .init("fn", .function, "what it calls, in the same task"),
                    .init("...", .any, "the function's arguments", optional: true),
                ],
                returns: [.init("...", .any, "all that the function returns")], errors: ["cancelled"], waits: true,
                example: """
                    print(task.semaphore():with(math.max, 1, 2)) --> 2
                    """),
        ])

    /// What `task.channel` makes.
    static let channelClass = LuaClassDeclaration(
        "task.Channel", "Passes values from task to task in order.",
        methods: [
            LuaFunctionDeclaration(
                "channel:send", "Sends a value, waiting until there is room or, without room, a receiver.",
                [.init("value", .any, "anything but nil, which would say that the channel is closed")],
                errors: ["cancelled"], waits: true,
                example: """
                    task.channel(1):send("hello")
                    """),
            LuaFunctionDeclaration(
                "channel:receive", "Waits for the next value.",
                returns: [.init("value", .any, "nil when the channel is closed and empty")], errors: ["cancelled"],
                waits: true,
                example: """
                    local channel = task.channel()
                    task.spawn(channel.send, channel, "hello")
                    print(channel:receive()) --> hello
                    """),
            LuaFunctionDeclaration(
                "channel:iterate", "Receives value after value in a for loop until the channel is closed and empty.",
                returns: [
                    .init("next", .callback("fun(channel: task.Channel): any"), "receives the next value"),
                    .init("channel", LuaType("task.Channel", .userdata), "itself"),
                ],
                example: """
                    local channel = task.channel(2)
                    channel:send("a")
                    channel:close()
                    for value in channel:iterate() do print(value) end --> a
                    """),
            LuaFunctionDeclaration(
                "channel:close", "Ends the channel: nothing can be sent any more, what it holds can be received.",
                example: """
                    local channel = task.channel()
                    channel:close()
                    print(channel:receive()) --> nil
                    """),
        ])
}
