#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends the process at once.
func terminate(_ code: ExitCode) -> Never {
    exit(code.rawValue)
}
