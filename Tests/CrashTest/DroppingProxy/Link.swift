#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One connection through the proxy: two sockets, and what was read from each and is not yet written to the other.
struct Link {
    private let client: Int32
    private let server: Int32
    private var request: [UInt8] = []
    private var answer: [UInt8] = []
    private var hasEnded = false

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// One side has closed, and the other has all that came before.
    var isDone: Bool { hasEnded && request.isEmpty && answer.isEmpty }

    /// What the client's and the server's socket are waited for: to be read when nothing is kept, else to be written.
    func waits(isMute: Bool) -> [pollfd] {
        let fromServer = !hasEnded && answer.isEmpty && !isMute
        return [
            wait(client, reads: !hasEnded && request.isEmpty, writes: !answer.isEmpty && !isMute),
            wait(server, reads: fromServer, writes: !request.isEmpty),
        ]
    }

    private func wait(_ descriptor: Int32, reads: Bool, writes: Bool) -> pollfd {
        let events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0)
        // A descriptor below zero is not looked at: a closed peer would wake us for ever.
        return pollfd(fd: events == 0 ? -1 : descriptor, events: Int16(events), revents: 0)
    }

    mutating func forward(_ client: pollfd, _ server: pollfd) {
        var isOpen = true
        if client.revents & Int16(POLLOUT) != 0 { isOpen = Self.write(&answer, to: self.client) && isOpen }
        if server.revents & Int16(POLLOUT) != 0 { isOpen = Self.write(&request, to: self.server) && isOpen }
        if client.events & Int16(POLLIN) != 0, client.revents != 0 {
            isOpen = Self.read(&request, from: self.client) && isOpen
        }
        if server.events & Int16(POLLIN) != 0, server.revents != 0 {
            isOpen = Self.read(&answer, from: self.server) && isOpen
        }
        if !isOpen { hasEnded = true }
    }

    /// False at the end of what the peer sends.
    private static func read(_ bytes: inout [UInt8], from descriptor: Int32) -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        if count > 0 { bytes += piece.prefix(count) }
        return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
    }

    /// False when the peer takes no more; the bytes are lost then.
    private static func write(_ bytes: inout [UInt8], to descriptor: Int32) -> Bool {
        let count = send(descriptor, bytes, bytes.count, 0)
        if count > 0 { bytes.removeFirst(count) }
        if count > 0 || errno == EAGAIN || errno == EINTR { return true }
        bytes = []
        return false
    }

    func close() {
        #if canImport(Glibc)
            _ = Glibc.close(client)
            _ = Glibc.close(server)
        #else
            _ = Darwin.close(client)
            _ = Darwin.close(server)
        #endif
    }

    func reset() {
        LoopbackListener.reset(client)
        LoopbackListener.reset(server)
    }
}
