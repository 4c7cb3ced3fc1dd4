#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends the process at once.
func terminate(_ code: ExitCode) -> Never {
    terminate(code.rawValue)
}

/// The same with a code that is a script's own.
func terminate(_ code: Int32) -> Never {
    exit(code)
}
