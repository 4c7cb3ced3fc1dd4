#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A listening socket on a free port of 127.0.0.1, and the sockets that are made from it; all of them never wait.
struct LoopbackListener {
    let descriptor: Int32
    let port: UInt16

    struct Failure: Error {
        let call: String
        let number: Int32
    }

    init() throws {
        let listening = Self.stream()
        var address = Self.address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listening, address, size) == 0, listen(listening, 128) == 0 else { return Int32(-1) }
                return getsockname(listening, address, &size)
            }
        }
        guard listening >= 0, status == 0 else { throw Failure(call: "listen", number: errno) }
        Self.neverWait(listening)
        descriptor = listening
        port = UInt16(bigEndian: address.sin_port)
    }

    func accept() -> Int32? {
        #if canImport(Glibc)
            let client = Glibc.accept(descriptor, nil, nil)
        #else
            let client = Darwin.accept(descriptor, nil, nil)
        #endif
        guard client >= 0 else { return nil }
        Self.neverWait(client)
        return client
    }

    /// A connection to a server on this machine, where connecting does not wait.
    static func connect(to port: UInt16) -> Int32? {
        let descriptor = stream()
        var address = address(port: port)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                #if canImport(Glibc)
                    Glibc.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                #else
                    Darwin.connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                #endif
            }
        }
        guard descriptor >= 0, status == 0 else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        neverWait(descriptor)
        return descriptor
    }

    /// Closes a connection so that its peer reads an error, and loses what it has not read.
    static func reset(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }

    private static func stream() -> Int32 {
        #if canImport(Glibc)
            socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    private static func neverWait(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
