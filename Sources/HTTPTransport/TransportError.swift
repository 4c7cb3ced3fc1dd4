/// Why no (whole) response came.
package struct TransportError: Error, Sendable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        /// The URL cannot be parsed, or is neither http nor https.
        case badURL
        case resolve
        case connect
        case tls
        case timeout(Deadline)
        /// The connection ended, was reset or spoke nonsense.
        case connectionLost
        /// More bytes than `HTTPRequest.maximumResponseSize`.
        case tooLarge
        case tooManyRedirects
        case cancelled
        /// A local file could not be read (a body) or written (a download); `message` has the path and the system's words.
        case file
        /// A replayed conversation has no answer to it.
        case notRecorded
        /// libcurl failed in another way; `message` has its words.
        case other
    }

    package enum Deadline: String, Sendable {
        case connect, idle, total
    }

    /// Whether the server can have seen the request.
    package enum Delivery: Sendable, Equatable {
        /// Not one byte of the request left: it is safe to send it again whatever it does.
        case impossible
        case possible
    }

    package let reason: Reason
    package let delivery: Delivery
    /// One sentence with the host and, from libcurl, the cause; never a header or a body.
    package let message: String

    package init(_ reason: Reason, delivery: Delivery, message: String) {
        self.reason = reason
        self.delivery = delivery
        self.message = message
    }

    package var description: String { message }
}
