/// What is known about a request's bytes: whether any can have reached the server.
///
/// libcurl sends a request again by itself when a kept-alive connection dies before the answer, a POST included. It
/// asks before each sending; a request that may be sent once is then refused, unless nothing of it had left.
struct DeliveryRecord {
    /// The connection stood, and libcurl was about to send.
    private(set) var isDue = false

    /// Notes that libcurl is about to send; false when it may not, because it did already and the server may know.
    ///
    /// `sentSize` is libcurl's count of the request's bytes that it has handed to the connection so far.
    mutating func maySend(once: Bool, sentSize: Int) -> Bool {
        if once, after(sentSize: sentSize) == .possible { return false }
        isDue = true
        return true
    }

    /// An HTTP/2 stream that the server refused unseen counts as possible: libcurl 7.88 does not tell it from a
    /// connection that died.
    func after(sentSize: Int) -> TransportError.Delivery {
        isDue && sentSize > 0 ? .possible : .impossible
    }
}
