import EventLoop

extension LuaChannel {
    static let luaClass: LuaClass<LuaChannel> = LuaClass(
        "channel", declaration: { LuaModuleDeclaration.channelClass },
        methods: [("send", sendValue), ("receive", receiveValue), ("iterate", iterate), ("close", closeChannel)],
        toString: { "channel (\($0.count) of \($0.capacity)\($0.isClosed ? ", closed" : ""))" },
        close: closeChannel)

    /// `task.channel(n)`: a channel that holds up to n values that nobody has received yet.
    ///
    /// Parameter `n`: integer from 0, 0 when left out; with 0 a sender waits for its receiver. Result: the channel.
    /// Does not wait.
    static let new = LuaFunction("task.channel") { call in
        let capacity = call.stack.isNilOrNone(at: 1) ? 0 : try call.requireInteger(1)
        call.stack.push(LuaChannel(capacity: Int(capacity)), as: luaClass)
        return 1
    }

    /// `ch:send(value)`: waits until there is room (with a capacity of 0, until the value is received).
    ///
    /// Parameter `value`: anything but nil, which is what a closed channel gives. No results. Errors: the channel is
    /// closed or is being closed; the task's cancellation, after which the value was not sent.
    private static let sendValue = LuaFunction.awaiting("channel:send") { call in
        let channel = try call.object(at: 1, of: luaClass)
        guard !call.stack.isNilOrNone(at: 2) else {
            throw call.argumentError(2, "nil cannot be sent: receivers take it for the end")
        }
        let value = call.stack.reference(at: 2)
        return LuaOperation(waitingFor: channel.room) { channel.send(value, $0) }
    }

    /// `ch:receive()`: waits for the next value. Result: the value; nil when the channel is closed and empty. Error:
    /// the task's cancellation, after which no value is lost.
    private static let receiveValue = LuaFunction.awaiting("channel:receive") { call in
        let channel = try call.object(at: 1, of: luaClass)
        return LuaOperation(waitingFor: channel.value) { channel.receive($0) }
    }

    /// `for value in ch:iterate() do`: receives until the channel is closed and empty. Results: what generic for wants.
    private static let iterate = LuaFunction("channel:iterate") { call in
        _ = try call.object(at: 1, of: luaClass)
        call.stack.push(receiveValue)
        call.stack.pushCopy(of: 1)
        return 2
    }

    /// `ch:close()`: no more values can be sent; those on the way can be received. Waiting receivers get nil, waiting
    /// senders an error. No results; again it does nothing.
    private static let closeChannel = LuaFunction("channel:close") { call in
        try call.object(at: 1, of: luaClass).close()
        return 0
    }
}
