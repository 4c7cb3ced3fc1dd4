#if canImport(Darwin)
    import Darwin

    /// Readiness of file descriptors, by kqueue; a user event wakes the wait from other threads.
    struct Poller: ~Copyable {
        private let queue: Int32
        private static let eventsPerWait = 256

        init() {
            queue = kqueue()
            // Without this descriptor there is no loop at all, and nobody to report to.
            precondition(queue >= 0, "kqueue is not to be had: errno \(errno)")
            _ = change(0, filter: EVFILT_USER, flags: EV_ADD | EV_CLEAR)
        }

        deinit {
            close(queue)
        }

        private func change(_ descriptor: Int32, filter: Int32, flags: Int32, fflags: UInt32 = 0) -> Bool {
            var event = kevent(
                ident: UInt(descriptor), filter: Int16(filter), flags: UInt16(flags), fflags: fflags, data: 0,
                udata: nil)
            return kevent(queue, &event, 1, nil, 0, nil) == 0
        }

        /// Tells the kernel what to report for `descriptor`; false with errno when it refuses (a closed descriptor).
        @discardableResult
        func set(_ descriptor: Int32, interest: Readiness, previous: Readiness) -> Bool {
            var accepted = true
            for (part, filter) in [(Readiness.read, EVFILT_READ), (Readiness.write, EVFILT_WRITE)] {
                if interest.contains(part) {
                    accepted = change(descriptor, filter: filter, flags: EV_ADD) && accepted
                } else if previous.contains(part) {
                    _ = change(descriptor, filter: filter, flags: EV_DELETE)
                }
            }
            return accepted
        }

        /// Waits at most `milliseconds` (-1: without limit) and calls `body` for each descriptor that is ready.
        func wait(milliseconds: Int32, _ body: (Int32, Readiness) -> Void) {
            var limit = timespec(tv_sec: Int(milliseconds) / 1000, tv_nsec: Int(milliseconds) % 1000 * 1_000_000)
            withUnsafeTemporaryAllocation(of: kevent.self, capacity: Self.eventsPerWait) { events in
                let count = withUnsafePointer(to: &limit) {
                    kevent(queue, nil, 0, events.baseAddress, Int32(events.count), milliseconds < 0 ? nil : $0)
                }
                for event in events.prefix(max(0, Int(count))) where event.filter != Int16(EVFILT_USER) {
                    var readiness: Readiness = event.filter == Int16(EVFILT_WRITE) ? .write : .read
                    if event.flags & UInt16(EV_ERROR) != 0 { readiness.formUnion([.read, .write, .error]) }
                    body(Int32(event.ident), readiness)
                }
            }
        }

        /// Ends a wait, from any thread.
        func wake() {
            _ = change(0, filter: EVFILT_USER, flags: 0, fflags: UInt32(NOTE_TRIGGER))
        }
    }
#endif
