import EventLoop

extension TaskModule {
    private static let beginning = ContinuousClock.now

    /// `task.now()`: seconds on the clock that `task.sleep` keeps to, from the first time that somebody asks.
    static let readClock = LuaFunction("task.now") { call in
        let passed = beginning.duration(to: .now).components
        call.stack.push(Double(passed.seconds) + Double(passed.attoseconds) * 1e-18)
        return 1
    }
}
