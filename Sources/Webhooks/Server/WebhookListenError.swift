internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A port that cannot be listened on, most often because another program does.
package struct WebhookListenError: Error, CustomStringConvertible {
    package let description: String

    init(_ error: any Error, _ settings: WebhookSettings) {
        let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        description = "cannot listen on \(settings.host):\(settings.port): \(reason)"
    }
}
