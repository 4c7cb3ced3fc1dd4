import CLua
import EventLoop

/// The members of `task.all{…}`: functions, which become tasks, and tasks.
struct Members: LuaTaskSource {
    private enum Member {
        case function(LuaReference)
        case task(LuaTask)
    }

    private let state: LuaState
    private let origin: String?
    private let members: [Member]

    init(_ call: LuaCall) throws {
        let stack = call.stack
        state = call.state
        origin = call.position
        var members: [Member] = []
        for position in 1...max(1, stack.rawLength(at: 1)) where position <= stack.rawLength(at: 1) {
            stack.getIndex(position, at: 1)
            defer { stack.pop() }
            if let task = stack.object(at: -1, of: TaskModule.taskClass) {
                try call.checkAwaitable(task)
                members.append(.task(task))
            } else if stack.type(at: -1) == .function {
                members.append(.function(stack.reference(at: -1)))
            } else {
                let found = stack.typeName(at: -1)
                throw call.argumentError(1, "item \(position) must be a function or a task, not \(found)")
            }
        }
        self.members = members
    }

    var count: Int { members.count }

    func task(at position: Int, parent: LuaTask) throws -> LuaTask {
        switch members[position - 1] {
        case .task(let task): return task
        case .function(let function):
            return try LuaTask.started(in: state, parent: parent, origin: origin) { stack in
                stack.push(function)
                return 0
            }
        }
    }
}

/// The members of `task.map(list, {limit = n}, fn)`: fn(item, position) for each item.
struct Mapping: LuaTaskSource {
    private static let defaultLimit = 8

    private let state: LuaState
    private let origin: String?
    private let list: LuaReference
    private let function: LuaReference
    let count: Int
    let limit: Int

    init(_ call: LuaCall) throws {
        let stack = call.stack
        try call.requireTable(1)
        let functionIndex: Int32 = stack.type(at: 2) == .function ? 2 : 3
        limit = functionIndex == 2 ? Self.defaultLimit : try Self.limit(call)
        try call.requireFunction(functionIndex)
        state = call.state
        origin = call.position
        list = stack.reference(at: 1)
        function = stack.reference(at: functionIndex)
        count = stack.rawLength(at: 1)
    }

    private static func limit(_ call: LuaCall) throws -> Int {
        if call.stack.isNilOrNone(at: 2) { return defaultLimit }
        try call.requireTable(2)
        var limit = defaultLimit
        try call.stack.forEachEntry(at: 2) { stack in
            guard stack.string(at: -2) == "limit" else {
                throw call.argumentError(2, "unknown option '\(stack.describe(at: -2))': the only one is 'limit'")
            }
            guard let value = stack.integer(at: -1), value >= 1 else {
                throw call.argumentError(2, "limit must be an integer of at least 1")
            }
            limit = Int(value)
        }
        return limit
    }

    func task(at position: Int, parent: LuaTask) throws -> LuaTask {
        try LuaTask.started(in: state, parent: parent, origin: origin) { stack in
            stack.push(function)
            stack.push(list)
            stack.getIndex(position, at: -1)
            stack.remove(-2)
            stack.push(position)
            return 2
        }
    }
}

extension LuaTask {
    /// Starts a child of `parent`; `push` pushes the function and its arguments and returns the number of these.
    static func started(
        in state: LuaState, parent: LuaTask, origin: String?, push: @LoopActor (LuaStack) throws -> Int32
    ) throws -> LuaTask {
        let stack = state.activeStack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        let count = try push(stack)
        if stack.takeOverflow() { throw LuaError(.memory, "stack overflow") }
        let task = try LuaTask(state: state, parent: parent, origin: origin, argumentCount: count, on: stack)
        task.start()
        return task
    }
}
