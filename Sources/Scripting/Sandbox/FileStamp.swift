#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What stat(2) says of a file: two equal stamps are of a file that nobody has written or replaced in between, unless
/// within one tick of the file system's clock.
struct FileStamp: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    /// Times are nanoseconds since 1970.
    private let modified: Int64
    /// When content, name or rights last changed; unlike `modified` nobody can set it.
    private let changed: Int64

    /// The stamp of the file that an open descriptor reads.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The stamp of what is at `path` now; nil when nothing is.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        #if canImport(Darwin)
            let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modified, changed) = (status.st_mtim, status.st_ctim)
        #endif
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int64(status.st_size)
        self.modified = Self.nanoseconds(modified)
        self.changed = Self.nanoseconds(changed)
    }

    /// True when the last change is at least so long ago; a time in the future, after the clock was set back, tells
    /// nothing and counts as long ago.
    func isOlder(than age: Duration) -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let since = Self.nanoseconds(time) - changed
        return since < 0 || .nanoseconds(since) >= age
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
