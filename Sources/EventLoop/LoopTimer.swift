/// A closure to be called once on the loop at a later time; see `LoopExecutor.schedule(after:_:)`.
@LoopActor
package final class LoopTimer {
    package let deadline: ContinuousClock.Instant
    /// Where the timer stands in the heap, so that it can be taken out at once; nil when it is not in it.
    var heapIndex: Int?
    private(set) var body: (@LoopActor () -> Void)?

    init(deadline: ContinuousClock.Instant, body: @escaping @LoopActor () -> Void) {
        self.deadline = deadline
        self.body = body
    }

    /// Forgets the closure; it is not called any more. Calling it again, or after the timer fired, does nothing.
    package func cancel() {
        body = nil
        LoopExecutor.shared.remove(self)
    }

    func fire() {
        let body = self.body
        self.body = nil
        body?()
    }
}

/// The timers in order of their deadlines: a binary heap whose entries know their place.
@LoopActor
struct TimerHeap {
    private var timers: [LoopTimer] = []

    nonisolated init() {}

    var first: LoopTimer? { timers.first }

    mutating func insert(_ timer: LoopTimer) {
        timer.heapIndex = timers.count
        timers.append(timer)
        siftUp(timers.count - 1)
    }

    mutating func remove(_ timer: LoopTimer) {
        guard let index = timer.heapIndex else { return }
        timer.heapIndex = nil
        let last = timers.removeLast()
        guard last !== timer else { return }
        place(last, at: index)
        siftUp(index)
        siftDown(last.heapIndex ?? index)
    }

    private mutating func place(_ timer: LoopTimer, at index: Int) {
        timers[index] = timer
        timer.heapIndex = index
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let timer = timers[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard timer.deadline < timers[parent].deadline else { break }
            place(timers[parent], at: index)
            index = parent
        }
        place(timer, at: index)
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        let timer = timers[index]
        while true {
            var child = 2 * index + 1
            guard child < timers.count else { break }
            if child + 1 < timers.count, timers[child + 1].deadline < timers[child].deadline { child += 1 }
            guard timers[child].deadline < timer.deadline else { break }
            place(timers[child], at: index)
            index = child
        }
        place(timer, at: index)
    }
}
