#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A network that can be cut: forwards connections on loopback and drops them when it is told to.
///
/// Prints its port, then takes a line at a time from standard input: `to PORT` names the server behind it, `mute` keeps
/// answers back from now on, `cut` resets all connections and prints how many there were. Ends with its input.
@main
struct DroppingProxy {
    private let listener: LoopbackListener
    private var server: UInt16?
    private var links: [Link] = []
    private var isMute = false
    private var input: [UInt8] = []

    static func main() throws {
        signal(SIGPIPE, SIG_IGN)
        let listener = try LoopbackListener()
        print(listener.port)
        fflush(nil)
        var proxy = DroppingProxy(listener: listener)
        while proxy.turn() {}
    }

    private init(listener: LoopbackListener) {
        self.listener = listener
    }

    /// Waits for something to do and does it; false when the input has ended.
    private mutating func turn() -> Bool {
        var waits = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        for link in links { waits += link.waits(isMute: isMute) }
        guard poll(&waits, nfds_t(waits.count), -1) > 0 else { return errno == EINTR }
        for index in links.indices { links[index].forward(waits[2 + 2 * index], waits[3 + 2 * index]) }
        for link in links where link.isDone { link.close() }
        links.removeAll(where: \.isDone)
        if waits[1].revents != 0 { accept() }
        return waits[0].revents == 0 || readCommands()
    }

    private mutating func accept() {
        guard let client = listener.accept() else { return }
        guard let server, let upstream = LoopbackListener.connect(to: server) else {
            LoopbackListener.reset(client)
            return
        }
        links.append(Link(client: client, server: upstream))
    }

    private mutating func readCommands() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 else { return false }
        input += bytes.prefix(count)
        while let end = input.firstIndex(of: UInt8(ascii: "\n")) {
            obey(String(decoding: input[..<end], as: UTF8.self))
            input.removeFirst(end + 1)
        }
        return true
    }

    private mutating func obey(_ command: String) {
        let words = command.split(separator: " ")
        switch words.first {
        case "to": server = words.last.flatMap { UInt16($0) }
        case "mute": isMute = true
        case "cut":
            for link in links { link.reset() }
            print(links.count)
            fflush(nil)
            links = []
            isMute = false
        default: break
        }
    }
}
