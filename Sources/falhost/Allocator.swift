#if canImport(Glibc)
    import Glibc
#endif

/// How malloc divides memory.
enum Allocator {
    /// One arena for all threads: nearly all allocations are the loop's, and an arena of its own grows by 4 KiB and a
    /// system call at a time (800 calls in 1,000 generations).
    static func serveOneThread() {
        #if canImport(Glibc)
            mallopt(M_ARENA_MAX, 1)
            mallopt(M_TOP_PAD, 1 << 20)
            mallopt(M_TRIM_THRESHOLD, 16 << 20)
        #endif
    }
}
