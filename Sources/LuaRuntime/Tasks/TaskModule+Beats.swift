import EventLoop

extension TaskModule {
    /// `task.every(seconds, fn, …)`, written in Lua so that fn may wait: runs at multiples of `seconds` after the call,
    /// whatever it takes itself; what falls into a run that takes longer is left out.
    static let prelude = LuaModule.Prelude(
        """
        local task, native = ...
        local spawn = task.spawn

        local function beats(start, seconds, fn, ...)
          local count = 0
          while true do
            count = native._beat(start, seconds, count)
            fn(...)
          end
        end

        function task.every(seconds, fn, ...)
          local start = native._every(seconds, fn)
          return native._accompany(spawn(beats, start, seconds, fn, ...))
        end
        """, chunkName: "=[task]")

    static let beats: [LuaFunction] = [
        LuaFunction("task.every", field: "_every") { call in
            call.stack.push(now)
            return 1
        },
        LuaFunction.awaiting("task.every", field: "_beat", isChecked: false) { call in
            let (start, seconds) = (try call.requireNumber(1), try call.requireNumber(2))
            let count = max(Double(try call.requireInteger(3)), ((now - start) / seconds).rounded(.down)) + 1
            let pause = start + count * seconds - now
            return LuaOperation(start: { resumption in
                let timer = LoopExecutor.shared.schedule(after: .seconds(max(0, pause))) {
                    resumption.resume(returning: { stack in
                        stack.push(Int64(count))
                        return 1
                    })
                }
                return {
                    timer.cancel()
                    resumption.resume()
                }
            })
        },
        LuaFunction("task.every", field: "_accompany", isChecked: false) { call in
            try call.object(at: 1, of: taskClass).isCompanion = true
            return 1
        },
    ]

    /// Seconds since this module was first asked; of a clock that nobody sets.
    private static var now: Double { (.now - epoch) / .seconds(1) }
    private static let epoch = ContinuousClock.now

    /// `task.stop_signal()`: waits until the program is told to end.
    ///
    /// Result: the signal's name, at once when it has come already. Errors: the task's cancellation; where no signals
    /// are to be had, as under `falhost lua`.
    static let stopSignal = LuaFunction.awaiting("task.stop_signal") { call in
        guard let signal = call.state.stopSignal else {
            throw LuaError(
                .runtime, "task.stop_signal: no signals here: only a script that `falhost script.lua` runs gets them")
        }
        return LuaOperation(start: { signal.wait($0) })
    }
}
