import EventLoop

/// A module that `require` is loading, from the search for its loader to the loader's end.
@LoopActor
final class LuaModuleLoad: LuaWaitSubject {
    let name: String
    /// Nil when the host's own call requires it, outside every task.
    let owner: LuaTask?
    private var waiters = LuaWaitQueue()

    init(name: String, owner: LuaTask?) {
        self.name = name
        self.owner = owner
    }

    var waitDescription: String {
        "module '\(name)', which \(owner?.waitDescription ?? "the host") is loading"
    }

    func wait(_ resumption: LuaResumption) -> @LoopActor () -> Void {
        let number = waiters.append(resumption)
        return { [self] in
            waiters.remove(number)
            resumption.resume()
        }
    }

    /// The load has ended: those who wait look again, or fail as it did.
    func end(with failure: LuaTaskFailure?) {
        for waiter in waiters.removeAll() {
            if let failure {
                waiter.resumption.resume(throwing: failure)
            } else {
                waiter.resumption.resume(returning: Self.lookAgain)
            }
        }
    }

    /// Throws when the load waits, through other loads and the tasks they await, for one of `task`.
    func throwIfCyclic(with task: LuaTask) throws {
        var names = [name]
        var next = owner
        var steps = 0
        while let owner = next, steps < 1000 {
            if owner === task {
                let cycle = (names + [name]).map { "'\($0)'" }.joined(separator: " -> ")
                throw LuaError(.runtime, "modules that tasks load beside each other require each other: \(cycle)")
            }
            steps += 1
            guard case .waiting(let wait) = owner.state, case .tasks(let subject) = wait.waker else { return }
            if let load = subject as? LuaModuleLoad {
                names.append(load.name)
                next = load.owner
            } else {
                next = subject as? LuaTask
            }
        }
    }

    private static let lookAgain: LuaResults = { stack in
        stack.push(true)
        return 1
    }
}

/// The loads of one state that are under way, by module.
@LoopActor
final class LuaModuleLoads {
    private struct Entry {
        /// Gone when the coroutine that loaded was collected in the middle.
        weak var load: LuaModuleLoad?
    }

    private var entries: [String: Entry] = [:]

    subscript(name: String) -> LuaModuleLoad? {
        get { entries[name]?.load }
        set { entries[name] = newValue.map { Entry(load: $0) } }
    }

    func remove(_ load: LuaModuleLoad) {
        if entries[load.name]?.load === load { entries[load.name] = nil }
    }
}
