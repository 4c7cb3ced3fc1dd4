import CLua
import CLuaShims
import EventLoop

extension LuaTask {
    func functionEnded(_ ending: Ending) {
        state = .joining(ending)
        if case .returned = ending { bequeathChildren() }
        if case .failed = ending {
            cancelChildren()
        } else if !unobserved.isEmpty || cancellation.isRequested {
            cancelChildren()
        }
        endIfAlone()
    }

    /// Ends the task if its children have, and then, for the same reason, those above it.
    func endIfAlone() {
        var next: LuaTask? = self
        while let task = next { next = task.endSelfIfAlone() }
    }

    /// The parent, which may end now; nil when the task has not ended.
    private func endSelfIfAlone() -> LuaTask? {
        guard case .joining(let own) = state else { return nil }
        guard children.isEmpty else {
            if children.tasks.allSatisfy(\.isCompanion) { cancelChildren() }
            return nil
        }
        let ending = unobserved.isEmpty ? own : own.joined(by: unobserved)
        forgetUnobserved()
        state = .ended(ending)
        switch ending {
        case .returned(count: 0), .failed: threadReference = nil
        case .returned: break
        }
        luaState.scheduler.remove(self)
        if !waiters.isEmpty { tellWaiters() }
        let parent = parent
        if parent?.childEnded(self) == false { self.parent = nil }
        finishForHost()
        return parent
    }

    private func tellWaiters() {
        let waiters = self.waiters.sorted { $0.key < $1.key }
        self.waiters = [:]
        isObserved = true
        for (_, resume) in waiters { resume() }
    }

    func finishForHost() {
        let onEnd = self.onEnd
        self.onEnd = nil
        onEnd?()
    }

    /// Somebody takes what the task ends with: its error is not its parent's business any more.
    func observe() {
        isObserved = true
        guard hasEnded, let parent else { return }
        parent.unobserved.removeAll { $0 === self }
        self.parent = nil
    }

    /// Calls `body` when the task ends; the number takes it back. Who waits at the end has observed it.
    func addWaiter(_ body: @escaping @LoopActor () -> Void) -> UInt64 {
        waiterCount += 1
        waiters[waiterCount] = body
        return waiterCount
    }

    func removeWaiter(_ number: UInt64) { waiters[number] = nil }

    func isAncestor(of task: LuaTask) -> Bool {
        var next: LuaTask? = task.parent
        while let ancestor = next {
            if ancestor === self { return true }
            next = ancestor.parent
        }
        return false
    }

    /// Pushes the results of an ended task, or throws its failure.
    func pushResults(onto stack: LuaStack, limit: Int32? = nil) throws -> Int32 {
        guard case .ended(let ending) = state else { return 0 }
        switch ending {
        case .failed(let failure):
            throw failure
        case .returned(let all):
            let count = min(all, limit ?? all)
            guard count > 0 else { return 0 }
            guard lua_checkstack(stack.pointer, count) != 0, lua_checkstack(thread, count) != 0 else {
                throw LuaError(.memory, "stack overflow (a task ended with \(count) results)")
            }
            for index in 0..<count { lua_pushvalue(thread, index + 1) }
            lua_xmove(thread, stack.pointer, count)
            return count
        }
    }
}

extension LuaTask.Ending {
    /// How a parent ends whose children failed untold: with the first of their errors, unless it has one of its own. A
    /// cancellation is no reason to lose an error.
    @LoopActor
    fileprivate func joined(by children: [LuaTask]) -> LuaTask.Ending {
        var rest = children[...]
        var ending: LuaTaskFailure?
        if case .failed(let own) = self, !own.isCancellation { ending = own }
        while let child = rest.first {
            rest = rest.dropFirst()
            guard let failure = child.failure else { continue }
            ending = ending?.noting(failure, of: child) ?? failure.raisedAtEndOfParent(spawnedAt: child.origin)
        }
        return ending.map { .failed($0) } ?? self
    }
}
