import CLua
import EventLoop

/// A Lua value that Swift holds, in a slot of its state's registry.
///
/// It may be released on any thread: the slot is given back later, on the loop.
package final class LuaReference: Sendable {
    let slot: Int32
    let slots: ReleasedSlots

    init(slot: Int32, slots: ReleasedSlots) {
        self.slot = slot
        self.slots = slots
    }

    deinit {
        if slot > 0 { slots.add(slot) }
    }
}

/// The registry slots of one state that nobody refers to any more.
final class ReleasedSlots: Sendable {
    private let list = Locked<[Int32]>([])

    func add(_ slot: Int32) {
        list.withLock { $0.append(slot) }
    }

    func drain(_ release: (Int32) -> Void) {
        let slots = list.withLock { list in
            defer { list.removeAll(keepingCapacity: true) }
            return list
        }
        for slot in slots { release(slot) }
    }
}
