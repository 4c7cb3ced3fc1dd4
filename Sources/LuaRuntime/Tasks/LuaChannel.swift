import EventLoop

/// Passes values from task to task in order; senders wait while `capacity` values are on the way.
///
/// With a capacity of 0 a sender waits until a receiver takes the value.
@LoopActor
final class LuaChannel {
    let capacity: Int
    private var buffer: [LuaReference] = []
    private var firstInBuffer = 0
    private var senders = LuaWaitQueue()
    private var receivers = LuaWaitQueue()
    private(set) var isClosed = false

    /// What a sender waits for, and what a receiver does: for the report of a deadlock.
    let room: Subject
    let value = Subject("a value in a channel")

    final class Subject: LuaWaitSubject {
        let waitDescription: String

        init(_ description: String) {
            waitDescription = description
        }
    }

    init(capacity: Int) {
        self.capacity = capacity
        room = Subject(capacity == 0 ? "a receiver at a channel" : "room in a channel of \(capacity)")
    }

    var count: Int { buffer.count - firstInBuffer }

    func send(_ value: LuaReference, _ resumption: LuaResumption) -> @LoopActor () -> Void {
        if isClosed {
            resumption.resume(throwing: Self.closed)
        } else if let receiver = receivers.popFirst() {
            receiver.resumption.resume(returning: Self.pushing(value))
            resumption.resume()
        } else if count < capacity {
            buffer.append(value)
            resumption.resume()
        } else {
            let number = senders.append(resumption, value: value)
            return { [self] in
                senders.remove(number)
                resumption.resume()
            }
        }
        return {}
    }

    func receive(_ resumption: LuaResumption) -> @LoopActor () -> Void {
        if let value = takeValue() {
            resumption.resume(returning: Self.pushing(value))
        } else if isClosed {
            resumption.resume(returning: Self.pushingNil)
        } else {
            let number = receivers.append(resumption)
            return { [self] in
                receivers.remove(number)
                resumption.resume()
            }
        }
        return {}
    }

    /// Values on the way can still be received; waiting senders fail, waiting receivers get nil.
    func close() {
        isClosed = true
        for receiver in receivers.removeAll() { receiver.resumption.resume(returning: Self.pushingNil) }
        for sender in senders.removeAll() { sender.resumption.resume(throwing: Self.closed) }
    }

    /// The oldest value; makes room for the sender that has waited longest.
    private func takeValue() -> LuaReference? {
        let sender = senders.popFirst()
        defer { sender?.resumption.resume() }
        guard count > 0 else { return sender?.value }
        let value = buffer[firstInBuffer]
        firstInBuffer += 1
        if firstInBuffer * 2 > buffer.count {
            buffer.removeFirst(firstInBuffer)
            firstInBuffer = 0
        }
        if let next = sender?.value { buffer.append(next) }
        return value
    }

    private static let closed = LuaError(.runtime, "channel:send: the channel is closed")

    private static let pushingNil: LuaResults = { stack in
        stack.pushNil()
        return 1
    }

    private static func pushing(_ value: LuaReference) -> LuaResults {
        { stack in
            stack.push(value)
            return 1
        }
    }
}
