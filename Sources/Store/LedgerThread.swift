#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The thread on which a ledger is written and read.
///
/// It waits for the disk and between commits, which would hold up the global pool's few threads. It starts with the first
/// job and ends when it has had none for a second.
///
/// Its being Sendable is unchecked because the compiler cannot see that `state` is touched under the mutex only.
final class LedgerThread: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var isRunning = false
        var isWaiting = false
        /// Ends the pause that is on, or else the next one.
        var isHurried = false
    }
    private var state = State()
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let change: UnsafeMutablePointer<pthread_cond_t>

    private static let idle = Duration.seconds(1)

    init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        change = .allocate(capacity: 1)
        change.initialize(to: pthread_cond_t())
        #if canImport(Darwin)
            pthread_cond_init(change, nil)
        #else
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(change, &attributes)
            pthread_condattr_destroy(&attributes)
        #endif
    }

    deinit {
        pthread_cond_destroy(change)
        change.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        state.jobs.append(job)
        if state.isWaiting { pthread_cond_signal(change) }
        if state.isRunning { return }
        state.isRunning = true
        start()
    }

    /// On the thread itself: waits for the time to pass, or for `hurry` or another job.
    func pause(for duration: Duration) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if !state.isHurried, state.jobs.isEmpty { _ = wait(for: duration) }
        state.isHurried = false
    }

    func hurry() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        state.isHurried = true
        if state.isWaiting { pthread_cond_signal(change) }
    }

    // MARK: The thread

    private func start() {
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, nil, ledgerThreadMain, Unmanaged.passRetained(self).toOpaque())
        // There is no way to refuse a job, and nothing may be submitted without the ledger.
        precondition(status == 0, "the ledger's thread cannot be started: errno \(status)")
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }

    fileprivate func run() {
        // Signals are for the other threads.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_SETMASK, &signals, nil)
        var jobs: [UnownedJob] = []
        while take(&jobs) {
            for job in jobs {
                job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            jobs.removeAll(keepingCapacity: true)
        }
    }

    /// Waits for jobs; false when the thread is to end.
    private func take(_ jobs: inout [UnownedJob]) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while state.jobs.isEmpty {
            if !wait(for: Self.idle), state.jobs.isEmpty {
                state.isRunning = false
                return false
            }
        }
        swap(&jobs, &state.jobs)
        return true
    }

    /// With the mutex held; false when the time is up. May end early without a cause.
    private func wait(for duration: Duration) -> Bool {
        let (seconds, attoseconds) = max(duration, .zero).components
        state.isWaiting = true
        defer { state.isWaiting = false }
        #if canImport(Darwin)
            var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            return pthread_cond_timedwait_relative_np(change, mutex, &time) == 0
        #else
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            time.tv_sec += Int(seconds)
            time.tv_nsec += Int(attoseconds / 1_000_000_000)
            if time.tv_nsec >= 1_000_000_000 {
                time.tv_sec += 1
                time.tv_nsec -= 1_000_000_000
            }
            return pthread_cond_timedwait(change, mutex, &time) == 0
        #endif
    }
}

#if canImport(Darwin)
    private func ledgerThreadMain(_ thread: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<LedgerThread>.fromOpaque(thread).takeRetainedValue().run()
        return nil
    }
#else
    private func ledgerThreadMain(_ thread: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let thread else { return nil }
        Unmanaged<LedgerThread>.fromOpaque(thread).takeRetainedValue().run()
        return nil
    }
#endif
