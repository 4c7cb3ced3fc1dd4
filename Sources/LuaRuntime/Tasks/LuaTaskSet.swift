import EventLoop

/// Tasks in no order, each of which knows its place: inserting and removing cost no hashing.
@LoopActor
struct LuaTaskSet {
    /// A task may be in one set of each kind.
    enum Kind {
        case live, child
    }

    private(set) var tasks: [LuaTask] = []
    private let kind: Kind

    init(_ kind: Kind) {
        self.kind = kind
    }

    var isEmpty: Bool { tasks.isEmpty }

    mutating func insert(_ task: LuaTask) {
        place(task, at: tasks.count)
        tasks.append(task)
    }

    mutating func remove(_ task: LuaTask) {
        guard let index = place(of: task), tasks[index] === task else { return }
        place(task, at: nil)
        let last = tasks.removeLast()
        guard last !== task else { return }
        tasks[index] = last
        place(last, at: index)
    }

    mutating func removeAll() -> [LuaTask] {
        defer { tasks = [] }
        for task in tasks { place(task, at: nil) }
        return tasks
    }

    private func place(of task: LuaTask) -> Int? {
        switch kind {
        case .live: task.liveIndex
        case .child: task.childIndex
        }
    }

    private func place(_ task: LuaTask, at index: Int?) {
        switch kind {
        case .live: task.liveIndex = index
        case .child: task.childIndex = index
        }
    }
}
