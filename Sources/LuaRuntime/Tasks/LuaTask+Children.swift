import EventLoop

extension LuaTask {
    /// Cancels what the task has spawned, but for what runs under a shield.
    func cancelChildren() {
        // A loop: scopes may be nested deeper than the stack.
        var tasks = children.tasks
        var index = 0
        while index < tasks.count {
            let child = tasks[index]
            index += 1
            guard !child.isShielded else { continue }
            child.cancellation.isByScope = true
            if child.requestCancellation(cancellation.reason) { tasks += child.children.tasks }
        }
    }

    /// Whether the child's error is now this task's business: it is raised here, at once when the task waits.
    func childEnded(_ child: LuaTask) -> Bool {
        children.remove(child)
        guard let failure = child.failure, !child.isObserved, !failure.isCancellation else { return false }
        if let onOrphanFailure {
            onOrphanFailure(failure, child.origin)
            return false
        }
        unobserved.append(child)
        // An error in the cleanup of a cancelled child must not break off the cleanup of its parent: it comes at the
        // end.
        if child.cancellation.isByScope, !isJoining { return true }
        // First the parent: it may await one of those that are cancelled next, and is to get the error, not its end.
        if case .waiting(let wait) = state, !cancellation.isRequested, let failure = takeChildFailure() {
            interrupt(wait, with: .failure(failure))
        }
        cancelChildren()
        return true
    }

    /// The error of the first child that failed untold, to be raised in this task.
    func takeChildFailure() -> LuaTaskFailure? {
        guard let index = unobserved.firstIndex(where: { !$0.cancellation.isByScope }) else { return nil }
        let child = unobserved.remove(at: index)
        child.isObserved = true
        child.parent = nil
        return child.failure?.raisedInParent(spawnedAt: child.origin)
    }

    func forgetUnobserved() {
        for child in unobserved { child.parent = nil }
        unobserved = []
    }

    /// What the task failed with, once it has ended.
    var failure: LuaTaskFailure? {
        if case .ended(.failed(let failure)) = state { return failure }
        return nil
    }

    private var isJoining: Bool {
        if case .joining = state { return true }
        return false
    }
}
