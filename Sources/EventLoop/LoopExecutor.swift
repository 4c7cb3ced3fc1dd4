#if os(Linux)
    import CLinux
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The loop behind `LoopActor`: ready jobs, timers and descriptors, on one thread of its own.
///
/// It is a serial executor and a task executor at once, so that a task that started here with the preference for it
/// resumes here without a hop. The thread starts with the first job and lives as long as the process.
package final class LoopExecutor: SerialExecutor, TaskExecutor {
    package static let shared = LoopExecutor()

    /// Jobs that other threads enqueue; `sleeping` tells them that the loop must be woken.
    private struct Inbox: Sendable {
        var jobs: [UnownedJob] = []
        var started = false
        var sleeping = false
    }
    private let inbox = Locked(Inbox())
    private let poller = Poller()
    private let key: pthread_key_t
    // Only the loop's thread reads or writes this: `enqueue` asks `isLoopThread` first, and `LoopActor` guards the rest.
    nonisolated(unsafe) private var local = Local()

    /// What belongs to the loop's thread alone.
    private struct Local {
        var ready: [UnownedJob] = []
        var timers = TimerHeap()
        /// By descriptor: the kernel gives the lowest free number, so the array stays short.
        var watches: [Watch?] = []
        var dirty: [Int32] = []
        var beforeWait: [@LoopActor () -> Void] = []
    }

    private struct Watch {
        var wanted: Readiness
        var applied: Readiness
        let handler: @LoopActor (Readiness) -> Void
    }

    /// Rounds of ready jobs that run before descriptors are looked at again, so that input is never starved.
    private static let roundsPerTurn = 16

    private init() {
        var key = pthread_key_t()
        // A process that has used up its thread-specific keys cannot run a loop, and there is nobody to report to.
        precondition(pthread_key_create(&key, nil) == 0, "no thread-specific key is left")
        self.key = key
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isLoopThread {
            local.ready.append(job)
            return
        }
        let (start, wake) = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer {
                inbox.started = true
                inbox.sleeping = false
            }
            return (!inbox.started, inbox.sleeping)
        }
        if start { startThread() } else if wake { poller.wake() }
    }

    package func checkIsolated() {
        precondition(isLoopThread, "this code belongs on the loop's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? { isLoopThread }

    /// The runtime asks at each switch of executors; its own answer takes a look at the main actor.
    package var isMainExecutor: Bool { false }

    private var isLoopThread: Bool { pthread_getspecific(key) != nil }

    // MARK: Timers and descriptors

    /// Calls `body` on the loop after `delay` (rounded up to a millisecond), unless the timer is cancelled before.
    @LoopActor
    package func schedule(after delay: Duration, _ body: @escaping @LoopActor () -> Void) -> LoopTimer {
        schedule(at: .now + delay, body)
    }

    /// Calls `body` on the loop at `deadline` or up to a millisecond later, unless the timer is cancelled before.
    @LoopActor
    package func schedule(at deadline: ContinuousClock.Instant, _ body: @escaping @LoopActor () -> Void) -> LoopTimer {
        let timer = LoopTimer(deadline: deadline, body: body)
        local.timers.insert(timer)
        return timer
    }

    @LoopActor
    func remove(_ timer: LoopTimer) {
        local.timers.remove(timer)
    }

    /// Calls `handler` on the loop whenever `descriptor` is ready for something of `interest`.
    ///
    /// The kernel hears of it just before the next wait, so a change back and forth costs nothing.
    @LoopActor
    package func watch(
        _ descriptor: Int32, for interest: Readiness, _ handler: @escaping @LoopActor (Readiness) -> Void
    ) {
        let index = Int(descriptor)
        if index < 0 { return handler([interest, .error]) }
        while index >= local.watches.count { local.watches.append(nil) }
        let applied = local.watches[index]?.applied ?? []
        local.watches[index] = Watch(wanted: interest, applied: applied, handler: handler)
        local.dirty.append(descriptor)
    }

    /// Changes what a watched descriptor is watched for; an empty set pauses the watch.
    @LoopActor
    package func update(_ descriptor: Int32, interest: Readiness) {
        guard let index = watchIndex(descriptor) else { return }
        local.watches[index]?.wanted = interest
        local.dirty.append(descriptor)
    }

    /// Ends the watch of a descriptor that stays open.
    @LoopActor
    package func unwatch(_ descriptor: Int32) {
        guard let index = watchIndex(descriptor), let watch = local.watches[index] else { return }
        local.watches[index] = nil
        if !watch.applied.isEmpty { poller.set(descriptor, interest: [], previous: watch.applied) }
    }

    /// Forgets a descriptor that its owner is about to close (the kernel forgets it by itself).
    @LoopActor
    package func forget(_ descriptor: Int32) {
        if let index = watchIndex(descriptor) { local.watches[index] = nil }
    }

    /// Where the descriptor's watch stands; nil when it has none.
    private func watchIndex(_ descriptor: Int32) -> Int? {
        let index = Int(descriptor)
        return local.watches.indices.contains(index) && local.watches[index] != nil ? index : nil
    }

    /// Calls `body` once, just before the loop waits the next time, when all ready jobs have run.
    @LoopActor
    package func beforeNextWait(_ body: @escaping @LoopActor () -> Void) {
        local.beforeWait.append(body)
    }

    // MARK: The thread

    private func startThread() {
        shareArena()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        // Lua's C recursion wants 8 MiB whatever `ulimit -s` says (DESIGN.md §6).
        pthread_attr_setstacksize(&attributes, 16 << 20)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, &attributes, { _ in LoopExecutor.shared.run() }, nil)
        precondition(status == 0, "the loop's thread cannot be started: errno \(status)")
        pthread_attr_destroy(&attributes)
    }

    /// Lets the loop's thread allocate from the main arena: nearly all allocations are its own, and an arena of a second
    /// thread grows by 4 KiB and a system call at a time (800 calls in 1,000 generations).
    private func shareArena() {
        #if os(Linux)
            mallopt(M_ARENA_MAX, 1)
            mallopt(M_TOP_PAD, 1 << 20)
            mallopt(M_TRIM_THRESHOLD, 16 << 20)
        #endif
    }

    private func run() -> Never {
        pthread_setspecific(key, Unmanaged.passUnretained(self).toOpaque())
        while true {
            runReadyJobs()
            LoopActor.assumeIsolated { turn() }
        }
    }

    private func runReadyJobs() {
        var round: [UnownedJob] = []
        for _ in 0..<Self.roundsPerTurn {
            takeInbox()
            if local.ready.isEmpty { return }
            swap(&round, &local.ready)
            for job in round {
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            round.removeAll(keepingCapacity: true)
        }
    }

    private func takeInbox() {
        inbox.withLock { inbox in
            guard !inbox.jobs.isEmpty else { return }
            local.ready.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
        }
    }

    @LoopActor
    private func turn() {
        runBeforeWait()
        applyInterest()
        poller.wait(milliseconds: waitLimit()) { descriptor, readiness in report(readiness, of: descriptor) }
        inbox.withLock { $0.sleeping = false }
        fireTimers()
    }

    /// What asks for another call while it runs is called in the next turn, which does not wait.
    @LoopActor
    private func runBeforeWait() {
        if local.beforeWait.isEmpty { return }
        let bodies = local.beforeWait
        local.beforeWait.removeAll(keepingCapacity: true)
        for body in bodies { body() }
    }

    @LoopActor
    private func report(_ readiness: Readiness, of descriptor: Int32) {
        // An earlier handler of this turn may have closed the descriptor, and its number may belong to another watch
        // already: the kernel has not heard of that one yet, so the event is not for it.
        guard let index = watchIndex(descriptor), let watch = local.watches[index], !watch.applied.isEmpty else {
            return
        }
        let relevant = readiness.intersection(watch.wanted.union(.error))
        if !relevant.isEmpty { watch.handler(relevant) }
    }

    @LoopActor
    private func applyInterest() {
        if local.dirty.isEmpty { return }
        let dirty = local.dirty
        local.dirty.removeAll(keepingCapacity: true)
        for descriptor in dirty {
            guard let index = watchIndex(descriptor), let watch = local.watches[index] else { continue }
            if watch.wanted == watch.applied { continue }
            if poller.set(descriptor, interest: watch.wanted, previous: watch.applied) {
                local.watches[index]?.applied = watch.wanted
            } else {
                watch.handler([watch.wanted, .error])
            }
        }
    }

    /// Milliseconds that the loop may wait: none when there is something to run, else until the first timer.
    @LoopActor
    private func waitLimit() -> Int32 {
        if !local.ready.isEmpty || !local.beforeWait.isEmpty { return 0 }
        let busy = inbox.withLock { inbox in
            inbox.sleeping = inbox.jobs.isEmpty
            return !inbox.jobs.isEmpty
        }
        if busy { return 0 }
        guard let timer = local.timers.first else { return -1 }
        let left = timer.deadline - .now
        if left <= .zero { return 0 }
        let milliseconds = (left + .nanoseconds(999_999)) / .milliseconds(1)
        return Int32(min(milliseconds, 3_600_000))
    }

    @LoopActor
    private func fireTimers() {
        guard local.timers.first != nil else { return }
        let now = ContinuousClock.now
        while let timer = local.timers.first, timer.deadline <= now {
            local.timers.remove(timer)
            timer.fire()
        }
    }
}
