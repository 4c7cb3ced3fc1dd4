#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension TransportError {
    /// A failure of the file system, in the system's words: `cannot write out/a.png: No space left on device`.
    static func file(_ action: String, _ path: String, _ code: Int32, delivery: Delivery) -> TransportError {
        TransportError(.file, delivery: delivery, message: "\(action) \(path): \(String(cString: strerror(code)))")
    }
}
