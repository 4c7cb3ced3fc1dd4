import CLua
import CLuaShims
import EventLoop

extension LuaTask {
    func functionEnded(_ ending: Ending) {
        state = .joining(ending)
        if case .failed = ending {
            cancelChildren()
        } else if !unobserved.isEmpty || cancellation.isRequested {
            cancelChildren()
        }
        endIfAlone()
    }

    func cancelChildren() {
        for child in children.tasks { child.cancel() }
    }

    private func endIfAlone() {
        guard children.isEmpty, case .joining(var ending) = state else { return }
        if case .returned = ending, let child = unobserved.first, case .ended(.failed(let failure)) = child.state {
            ending = .failed(failure.raisedAtEndOfParent(spawnedAt: child.origin))
        }
        forgetUnobserved()
        state = .ended(ending)
        switch ending {
        case .returned(count: 0), .failed: threadReference = nil
        case .returned: break
        }
        luaState.scheduler.remove(self)
        let waiters = self.waiters.sorted { $0.key < $1.key }
        self.waiters = [:]
        if !waiters.isEmpty { isObserved = true }
        for (_, resume) in waiters { resume() }
        tellParent()
        finishForHost()
    }

    private func tellParent() {
        guard let parent else { return }
        if !parent.childEnded(self) { self.parent = nil }
        parent.endIfAlone()
    }

    func forgetUnobserved() {
        for child in unobserved { child.parent = nil }
        unobserved = []
    }

    func finishForHost() {
        let onEnd = self.onEnd
        self.onEnd = nil
        onEnd?()
    }

    /// Whether the child's error is now this task's business.
    private func childEnded(_ child: LuaTask) -> Bool {
        children.remove(child)
        guard case .ended(.failed(let failure)) = child.state, !child.isObserved, !failure.isCancellation else {
            return false
        }
        unobserved.append(child)
        if case .joining = state { cancelChildren() }
        return true
    }

    /// Somebody takes what the task ends with: its error is not its parent's business any more.
    func observe() {
        isObserved = true
        guard hasEnded, let parent else { return }
        parent.unobserved.removeAll { $0 === self }
        self.parent = nil
    }

    /// Calls `body` when the task ends; the number takes it back.
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
            guard stack.reserve(count), lua_checkstack(thread, count) != 0 else { return 0 }
            for index in 0..<count { lua_pushvalue(thread, index + 1) }
            lua_xmove(thread, stack.pointer, count)
            return count
        }
    }
}
