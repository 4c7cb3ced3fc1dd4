#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pipe through which a thread, or a signal's handler, wakes a thread that polls; bytes tell what for.
///
/// Neither end blocks (a byte for a full pipe is lost: the reader wakes anyway), and programs that the process starts do not
/// inherit it. Its owner closes it.
package struct WakePipe: Sendable {
    package let readEnd: Int32
    /// What a signal's handler writes to: `wake` is Swift, of which a handler may call little.
    package let writeEnd: Int32

    /// Nil when the process has no descriptors left.
    package init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    package func wake(_ byte: UInt8 = 1) {
        var byte = byte
        while write(writeEnd, &byte, 1) < 0, errno == EINTR {}
    }

    /// What has come, at most 4 KiB; empty when nothing has.
    package func take() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(readEnd, &buffer, buffer.count)
        return Array(buffer.prefix(max(0, count)))
    }

    package func closeBoth() {
        close(readEnd)
        close(writeEnd)
    }
}
