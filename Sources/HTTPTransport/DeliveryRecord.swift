/// What is known about a request's bytes: whether any can have reached the server.
///
/// libcurl sends a request again by itself when a kept-alive connection dies before the answer, a POST included. It
/// asks before each sending; a request that may be sent once is then refused, unless nothing of it had left.
struct DeliveryRecord {
    /// The connection stood, and libcurl was about to send.
    private(set) var isDue = false
    /// The server refused the HTTP/2 stream without looking at it (RFC 9113 §8.7).
    var wasRefused = false
    /// libcurl's count of sent bytes when the request in question began.
    private var base = 0

    /// Notes that libcurl is about to send; false when it may not, because it did already and the server may know.
    mutating func maySend(once: Bool, sentSize: Int) -> Bool {
        if isDue, once, after(sentSize: sentSize) == .possible { return false }
        if wasRefused { base = sentSize }
        wasRefused = false
        isDue = true
        return true
    }

    func after(sentSize: Int) -> TransportError.Delivery {
        isDue && !wasRefused && sentSize > base ? .possible : .impossible
    }
}
