internal import EventLoop

/// Lets a limited number of transfers run and keeps the others in order.
@LoopActor
final class TransferQueue {
    private let limit: Int
    private var running = 0
    private var waiting: [Transfer] = []
    /// Where the next one stands in `waiting`; those before it have left.
    private var head = 0
    private var isStarting = false

    nonisolated init(limit: Int) {
        self.limit = limit
    }

    /// Starts `transfer` now or when its turn comes.
    func enter(_ transfer: Transfer) {
        guard running >= limit else {
            return start(transfer)
        }
        waiting.append(transfer)
    }

    /// Gives the place of a transfer that had started to the next one; a cancelled one is passed over.
    func leave() {
        running -= 1
        // A transfer that fails at its start leaves at once: the loop below goes on, not deeper.
        if isStarting { return }
        isStarting = true
        while running < limit, head < waiting.count {
            let next = waiting[head]
            head += 1
            if next.isWaiting { start(next) }
        }
        isStarting = false
        dropLeavers()
    }

    private func start(_ transfer: Transfer) {
        running += 1
        transfer.holdsPlace = true
        transfer.start()
    }

    private func dropLeavers() {
        guard head == waiting.count || head > 1024 else { return }
        waiting.removeFirst(head)
        head = 0
    }
}
