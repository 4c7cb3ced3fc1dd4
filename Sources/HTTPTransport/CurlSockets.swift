internal import CCurl
internal import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The sockets that we open and close for libcurl, so that the loop knows when a descriptor ends.
///
/// libcurl removes and adds a socket's interest with each request; only a socket whose closing we see may have that
/// deferred.
@LoopActor
enum CurlSockets {
    /// By descriptor: true when it is one of them.
    private static var opened: [Bool] = []

    static func isOpen(_ socket: curl_socket_t) -> Bool {
        let index = Int(socket)
        return opened.indices.contains(index) && opened[index]
    }

    static func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let descriptor = socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
        guard descriptor >= 0 else { return -1 }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        while opened.count <= Int(descriptor) { opened.append(false) }
        opened[Int(descriptor)] = true
        return descriptor
    }

    static func close(_ socket: curl_socket_t) -> Int32 {
        if isOpen(socket) {
            opened[Int(socket)] = false
            LoopExecutor.shared.forget(socket)
        }
        #if canImport(Glibc)
            return Glibc.close(socket)
        #elseif canImport(Darwin)
            return Darwin.close(socket)
        #endif
    }
}
