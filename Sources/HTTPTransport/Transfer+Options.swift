internal import CCurl
internal import EventLoop

extension Transfer {
    /// Tells libcurl everything about the current hop; `easy` is at its defaults.
    ///
    /// libcurl is not told to follow redirects, and `RequestURL` has seen to it that the scheme is http or https.
    func configure(_ easy: EasyHandle, _ multi: CurlMulti, _ lane: CurlEngine.Lane) {
        easy.set(CURLOPT_URL, hop.url.text)
        if hop.headers["User-Agent"] == nil { easy.set(CURLOPT_USERAGENT, engine.settings.userAgent) }
        // A proxy's answer to CONNECT is not the response.
        if hop.url.isSecure { easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1) }
        multi.ownSockets(of: easy)
        configureConnection(easy, lane)
        configureBody(easy)
        configureResponse(easy)
        setCallbacks(easy)
    }

    private func configureConnection(_ easy: EasyHandle, _ lane: CurlEngine.Lane) {
        // Signals off, except that libcurl keeps SIGPIPE away from OpenSSL's writes only while they are on; with the
        // resolver on a thread it uses no other.
        easy.set(CURLOPT_NOSIGNAL, hop.url.isSecure && CurlLibrary.resolvesOnThread ? 0 : 1)
        if lane == .single {
            easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        } else {
            easy.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
            // Wait for a connection in the making: it may carry this transfer too.
            easy.set(CURLOPT_PIPEWAIT, 1)
        }
        if hop.url.isSecure {
            if let file = engine.settings.caFile { easy.set(CURLOPT_CAINFO, file) }
            if let folder = engine.settings.caFolder { easy.set(CURLOPT_CAPATH, folder) }
        }
        if request.deadlines.connect > .seconds(299) {
            let limit = min(request.deadlines.connect, .seconds(1 << 20)).components.seconds
            easy.set(CURLOPT_CONNECTTIMEOUT, Int(limit) + 1)
        }
        if isStream { easy.set(CURLOPT_TCP_KEEPALIVE, 1) }
    }

    private func configureBody(_ easy: EasyHandle) {
        easy.add(hop.headers)
        switch request.body {
        case .bytes(let bytes) where hop.hasBody:
            easy.set(CURLOPT_POST, 1)
            easy.set(body: bytes)
            if hop.method != .post { easy.set(CURLOPT_CUSTOMREQUEST, hop.method.rawValue) }
            leaveOutDefaults(easy, size: bytes.count)
        case .file where hop.hasBody, .filePart where hop.hasBody, .pieces where hop.hasBody:
            easy.set(CURLOPT_UPLOAD, 1)
            easy.set(CURLOPT_INFILESIZE_LARGE, size: bodyReader?.count ?? 0)
            if hop.method != .put { easy.set(CURLOPT_CUSTOMREQUEST, hop.method.rawValue) }
            leaveOutDefaults(easy, size: bodyReader?.count ?? 0)
        default: configureEmptyBody(easy)
        }
        easy.sendHeaderLines()
    }

    private func configureEmptyBody(_ easy: EasyHandle) {
        switch hop.method {
        case .get: break
        case .head: easy.set(CURLOPT_NOBODY, 1)
        case .delete, .options: easy.set(CURLOPT_CUSTOMREQUEST, hop.method.rawValue)
        case .post, .put, .patch:
            easy.set(CURLOPT_POST, 1)
            easy.set(body: [])
            if hop.method != .post { easy.set(CURLOPT_CUSTOMREQUEST, hop.method.rawValue) }
            leaveOutDefaults(easy, size: 0)
        }
    }

    /// Removes what libcurl would add by itself: a form's content type, and the wait for `100 Continue` below 1 MiB (no
    /// version of it waits for 1 KiB).
    private func leaveOutDefaults(_ easy: EasyHandle, size: Int) {
        if request.headers["Content-Type"] == nil { easy.add(headerLine: "Content-Type:") }
        if size > 1 << 10, request.sendOnce || size < 1 << 20 { easy.add(headerLine: "Expect:") }
    }

    private func configureResponse(_ easy: EasyHandle) {
        switch sink {
        case .memory:
            // gzip only: it is decoded in pieces of at most 64 KiB, each counted against the limit on the size; zstd
            // may ask for 128 MiB at once.
            easy.set(CURLOPT_ACCEPT_ENCODING, "gzip")
        case .file: easy.set(CURLOPT_BUFFERSIZE, 128 << 10)
        case .stream: break
        }
    }
}
