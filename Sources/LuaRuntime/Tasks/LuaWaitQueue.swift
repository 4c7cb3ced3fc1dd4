import EventLoop

/// Tasks that wait for their turn, first come first served; one that is cancelled leaves at once.
@LoopActor
struct LuaWaitQueue {
    struct Entry {
        let resumption: LuaResumption
        /// What the task brings along: the value that it sends.
        let value: LuaReference?
    }

    // The entries between the two numbers, without those that left.
    private var entries: [UInt64: Entry] = [:]
    private var first: UInt64 = 0
    private var next: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty }

    /// The number takes the entry back.
    mutating func append(_ resumption: LuaResumption, value: LuaReference? = nil) -> UInt64 {
        entries[next] = Entry(resumption: resumption, value: value)
        next += 1
        return next - 1
    }

    mutating func remove(_ number: UInt64) {
        entries[number] = nil
        if entries.isEmpty { first = next }
    }

    mutating func popFirst() -> Entry? {
        while first < next {
            first += 1
            if let entry = entries.removeValue(forKey: first - 1) { return entry }
        }
        return nil
    }

    mutating func removeAll() -> [Entry] {
        var all: [Entry] = []
        while let entry = popFirst() { all.append(entry) }
        return all
    }
}
