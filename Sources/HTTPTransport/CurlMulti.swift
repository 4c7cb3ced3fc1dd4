internal import CCurl
internal import EventLoop

/// libcurl's multi handle on the loop: its sockets are the loop's descriptors, its timer one of the loop's timers.
@LoopActor
final class CurlMulti {
    // A raw pointer is not Sendable; it is used on the loop only.
    nonisolated(unsafe) private let pointer: UnsafeMutableRawPointer
    private var timer: LoopTimer?
    private var deadline: ContinuousClock.Instant?
    private var isDue = false
    private var isClosed = false

    /// Nil when there is no memory for a handle.
    init?(connectionsPerHost: Int?) {
        guard CurlLibrary.isReady, let pointer = curl_multi_init() else { return nil }
        self.pointer = pointer
        // Not retained: libcurl calls back only while we call it, and `close` ends that.
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = curl_multi_set_pointer(pointer, CURLMOPT_SOCKETDATA, context)
        _ = curl_multi_set_pointer(pointer, CURLMOPT_TIMERDATA, context)
        _ = curl_multi_set_socket(pointer) { @Sendable _, socket, action, context, _ in
            CurlMulti.from(context) { $0.watch(socket, action) }
            return 0
        }
        _ = curl_multi_set_timer(pointer) { @Sendable _, milliseconds, context in
            CurlMulti.from(context) { $0.callAgain(after: milliseconds) }
            return 0
        }
        // Kept while idle. libcurl's default follows the number of transfers, so that a lull closes connections.
        _ = curl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, 256)
        _ = curl_multi_set_long(pointer, CURLMOPT_MAX_CONCURRENT_STREAMS, 1000)
        if let connectionsPerHost {
            _ = curl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        }
    }

    /// Closes all connections; the loop's watches hold the handle until then. Nothing may be running.
    func close() {
        isClosed = true
        timer?.cancel()
        _ = curl_multi_cleanup(pointer)
    }

    private nonisolated static func from(_ context: UnsafeMutableRawPointer?, _ body: @LoopActor (CurlMulti) -> Void) {
        guard let context else { return }
        let multi = Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
        LoopActor.assumeIsolated { body(multi) }
    }

    // MARK: Transfers

    /// Starts a transfer, which libcurl keeps alive until `remove`; false when libcurl refuses it.
    func add(_ transfer: Transfer, _ easy: EasyHandle) -> Bool {
        let context = Unmanaged.passRetained(transfer)
        easy.set(CURLOPT_PRIVATE, context.toOpaque())
        if curl_multi_add_handle(pointer, easy.pointer) == CURLM_OK { return true }
        context.release()
        return false
    }

    /// Takes a transfer out, finished or not.
    func remove(_ transfer: Transfer, _ easy: EasyHandle) {
        _ = curl_multi_remove_handle(pointer, easy.pointer)
        Unmanaged.passUnretained(transfer).release()
    }

    // MARK: What libcurl asks for

    private func watch(_ socket: curl_socket_t, _ action: Int32) {
        let interest: Readiness =
            switch action {
            case CURL_POLL_IN: .read
            case CURL_POLL_OUT: .write
            case CURL_POLL_INOUT: [.read, .write]
            default: []
            }
        if CurlSockets.isOpen(socket) {
            LoopExecutor.shared.update(socket, interest: interest)
        } else if interest.isEmpty {
            // Not opened by us (the resolver's): libcurl closes it next, without a word.
            LoopExecutor.shared.unwatch(socket)
        } else {
            watch(socket, for: interest)
        }
    }

    private func watch(_ socket: curl_socket_t, for interest: Readiness) {
        LoopExecutor.shared.watch(socket, for: interest) { [self] in act(on: socket, $0) }
    }

    /// A socket for a connection of this handle; what libcurl wants to know of it comes later.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let socket = CurlSockets.open(address)
        if socket >= 0 { watch(socket, for: []) }
        return socket
    }

    /// Makes a transfer of this handle open and close its sockets through us.
    func ownSockets(of easy: EasyHandle) {
        easy.set(CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
        _ = curl_set_open_socket(easy.pointer) { @Sendable context, _, address in
            guard let context, let address else { return -1 }
            // The pointers are libcurl's for the time of this call, which is on the loop's thread.
            nonisolated(unsafe) let (owner, target) = (context, address)
            return LoopActor.assumeIsolated {
                Unmanaged<CurlMulti>.fromOpaque(owner).takeUnretainedValue().openSocket(target)
            }
        }
        _ = curl_set_close_socket(easy.pointer) { @Sendable _, socket in
            LoopActor.assumeIsolated { CurlSockets.close(socket) }
        }
    }

    /// libcurl changes its mind with almost every transfer; a timer that would fire early is left, and set again then.
    private func callAgain(after milliseconds: Int) {
        deadline = nil
        if milliseconds < 0 { return }
        if milliseconds == 0 { return callAgainSoon() }
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        self.deadline = deadline
        if let timer, timer.deadline <= deadline { return }
        setTimer(at: deadline)
    }

    private func setTimer(at deadline: ContinuousClock.Instant) {
        timer?.cancel()
        timer = LoopExecutor.shared.schedule(at: deadline) { [self] in timerFired() }
    }

    private func timerFired() {
        timer = nil
        guard let deadline else { return }
        if deadline > .now { return setTimer(at: deadline) }
        self.deadline = nil
        act(on: curl_socket_t(CURL_SOCKET_TIMEOUT), [])
    }

    private func callAgainSoon() {
        if isDue { return }
        isDue = true
        LoopExecutor.shared.beforeNextWait { [self] in
            isDue = false
            act(on: curl_socket_t(CURL_SOCKET_TIMEOUT), [])
        }
    }

    // MARK: What the loop reports

    private func act(on socket: curl_socket_t, _ readiness: Readiness) {
        if isClosed { return }
        var events: Int32 = 0
        if readiness.contains(.read) { events |= CURL_CSELECT_IN }
        if readiness.contains(.write) { events |= CURL_CSELECT_OUT }
        if readiness.contains(.error) { events |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        _ = curl_multi_socket_action(pointer, socket, events, &running)
        finishTransfers()
    }

    /// Every call into libcurl can finish transfers; one that is not noticed before the wait stalls until the next event.
    private func finishTransfers() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(pointer, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = curl_message_result(message)
            var context: UnsafeMutableRawPointer?
            _ = curl_info_pointer(easy, CURLINFO_PRIVATE, &context)
            guard let context else { continue }
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().ended(with: code)
        }
    }
}
