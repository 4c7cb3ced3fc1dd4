#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe through which one thread wakes another one that polls; bytes tell what for.
struct WakePipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32

    /// Nil when the process has no descriptors left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        readEnd = ends[0]
        writeEnd = ends[1]
        _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
    }

    func wake(_ byte: UInt8 = 1) {
        var byte = byte
        while write(writeEnd, &byte, 1) < 0, errno == EINTR {}
    }

    /// What has come, at most 4 KiB; empty when nothing has.
    func take() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(readEnd, &buffer, buffer.count)
        return Array(buffer.prefix(max(0, count)))
    }

    func closeBoth() {
        close(readEnd)
        close(writeEnd)
    }
}

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
