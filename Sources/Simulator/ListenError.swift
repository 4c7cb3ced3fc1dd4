import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A port that cannot be listened on, most often because another program does.
package struct ListenError: Error, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let reason: String

    init(_ error: any Error, host: String, port: Int) {
        self.host = host
        self.port = port
        reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
    }

    package var description: String { "cannot listen on \(host):\(port): \(reason)" }
}
