#if os(Linux)
    import CLinux
    import Glibc

    /// Readiness of file descriptors, by epoll; an eventfd wakes the wait from other threads.
    struct Poller: ~Copyable {
        private let epoll: Int32
        private let wakeUp: Int32
        private static let eventsPerWait = 256

        init() {
            epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
            wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
            // Without these two descriptors there is no loop at all, and nobody to report to.
            precondition(epoll >= 0 && wakeUp >= 0, "epoll or eventfd is not to be had: errno \(errno)")
            _ = set(wakeUp, interest: .read, previous: [])
        }

        deinit {
            close(epoll)
            close(wakeUp)
        }

        /// Tells the kernel what to report for `descriptor`; false with errno when it refuses (a closed descriptor).
        @discardableResult
        func set(_ descriptor: Int32, interest: Readiness, previous: Readiness) -> Bool {
            var event = epoll_event()
            event.data.fd = descriptor
            if interest.contains(.read) { event.events |= EPOLLIN.rawValue }
            if interest.contains(.write) { event.events |= EPOLLOUT.rawValue }
            if interest.isEmpty { return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event) == 0 }
            let operation = previous.isEmpty ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
            if epoll_ctl(epoll, operation, descriptor, &event) == 0 { return true }
            // A descriptor number that was closed and opened again is new to the kernel, or still known to it.
            let other = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
            return epoll_ctl(epoll, other, descriptor, &event) == 0
        }

        /// Waits at most `milliseconds` (-1: without limit) and calls `body` for each descriptor that is ready.
        func wait(milliseconds: Int32, _ body: (Int32, Readiness) -> Void) {
            withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsPerWait) { events in
                let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
                for event in events.prefix(max(0, Int(count))) { report(event, to: body) }
            }
        }

        private func report(_ event: epoll_event, to body: (Int32, Readiness) -> Void) {
            if event.data.fd == wakeUp {
                var counter: UInt64 = 0
                _ = read(wakeUp, &counter, 8)
                return
            }
            var readiness: Readiness = []
            if event.events & EPOLLIN.rawValue != 0 { readiness.insert(.read) }
            if event.events & EPOLLOUT.rawValue != 0 { readiness.insert(.write) }
            // A hang-up comes unasked: it must reach whoever watches, or the wait would never wait again.
            if event.events & EPOLLHUP.rawValue != 0 { readiness.formUnion([.read, .write]) }
            if event.events & EPOLLERR.rawValue != 0 { readiness.formUnion([.read, .write, .error]) }
            body(event.data.fd, readiness)
        }

        /// Ends a wait, from any thread.
        func wake() {
            var one: UInt64 = 1
            _ = write(wakeUp, &one, 8)
        }
    }
#endif
