#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Waits until one of the descriptors has something to read (or is closed at its other end).
///
/// - Parameter milliseconds: at most so long; -1 for ever.
/// Returns, one for each, whether it has; all false when the time is over.
func waitForInput(_ descriptors: [Int32], milliseconds: Int32 = -1) -> [Bool] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&polled, nfds_t(polled.count), milliseconds) < 0 {
        guard errno == EINTR else { return descriptors.map { _ in false } }
    }
    return polled.map { $0.revents != 0 }
}
