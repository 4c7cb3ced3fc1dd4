internal import CCurl
internal import EventLoop

extension Transfer {
    /// The transfer is not retained by these pointers: the multi handle keeps it as long as it calls back.
    ///
    /// The closures are Sendable so that they are not isolated: an isolated one is checked at run time when C calls it.
    func setCallbacks(_ easy: EasyHandle) {
        let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        easy.set(CURLOPT_HEADERDATA, context)
        easy.set(CURLOPT_WRITEDATA, context)
        easy.set(CURLOPT_PREREQDATA, context)
        _ = curl_set_sink(easy.pointer, CURLOPT_HEADERFUNCTION) { @Sendable bytes, _, count, context in
            let line = UnsafeRawBufferPointer(start: bytes, count: count)
            return calls.receiveHead(Transfer.at(context), line) ? count : 0
        }
        _ = curl_set_sink(easy.pointer, CURLOPT_WRITEFUNCTION) { @Sendable bytes, _, count, context in
            switch calls.receiveBody(Transfer.at(context), UnsafeRawBufferPointer(start: bytes, count: count)) {
            case .taken: count
            case .paused: Int(CURL_WRITEFUNC_PAUSE)
            case .refused: 0
            }
        }
        _ = curl_set_prerequest(easy.pointer) { @Sendable context, _, _, _, _ in
            calls.requestIsDue(Transfer.at(context)) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        if bodyReader != nil, hop.hasBody { setBodyCallbacks(easy, context) }
    }

    private func setBodyCallbacks(_ easy: EasyHandle, _ context: UnsafeRawPointer) {
        easy.set(CURLOPT_READDATA, context)
        easy.set(CURLOPT_SEEKDATA, context)
        _ = curl_set_read(easy.pointer) { @Sendable bytes, size, count, context in
            guard let bytes else { return Int(CURL_READFUNC_ABORT) }
            let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
            return calls.supplyBody(Transfer.at(context), buffer) ?? Int(CURL_READFUNC_ABORT)
        }
        _ = curl_set_seek(easy.pointer) { @Sendable context, offset, origin in
            guard origin == 0, calls.seek(Transfer.at(context), Int(offset)) else { return CURL_SEEKFUNC_FAIL }
            return CURL_SEEKFUNC_OK
        }
    }

    private nonisolated static func at(_ context: UnsafeMutableRawPointer?) -> Transfer {
        #if DEBUG
            LoopActor.shared.preconditionIsolated()
        #endif
        // Set together with the callback, so it is there.
        return Unmanaged<Transfer>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
    }
}

// libcurl calls back only from within a call that the loop's thread made, so we are on the actor's executor: the check
// stays in debug builds. The types differ in isolation only, which has no representation in a synchronous function;
// `LoopActor.assumeIsolated` would allocate at each call, and libcurl calls for every line of a response's head.
nonisolated(unsafe) private let calls = unsafeBitCast(
    IsolatedCalls(
        receiveHead: { $0.receiveHead($1) }, receiveBody: { $0.receiveBody($1) }, requestIsDue: { $0.requestIsDue() },
        supplyBody: { $0.supplyBody($1) }, seek: { $0.bodyReader?.seek(to: $1) ?? false }),
    to: Calls.self)

private struct IsolatedCalls {
    let receiveHead: @LoopActor (Transfer, UnsafeRawBufferPointer) -> Bool
    let receiveBody: @LoopActor (Transfer, UnsafeRawBufferPointer) -> Transfer.Reception
    let requestIsDue: @LoopActor (Transfer) -> Bool
    let supplyBody: @LoopActor (Transfer, UnsafeMutableRawBufferPointer) -> Int?
    let seek: @LoopActor (Transfer, Int) -> Bool
}

private struct Calls {
    let receiveHead: (Transfer, UnsafeRawBufferPointer) -> Bool
    let receiveBody: (Transfer, UnsafeRawBufferPointer) -> Transfer.Reception
    let requestIsDue: (Transfer) -> Bool
    let supplyBody: (Transfer, UnsafeMutableRawBufferPointer) -> Int?
    let seek: (Transfer, Int) -> Bool
}
