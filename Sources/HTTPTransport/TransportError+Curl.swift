internal import CCurl
internal import EventLoop

extension TransportError {
    /// What libcurl's code means, in our words; the message is libcurl's with the host before it.
    @LoopActor
    init(_ code: CURLcode, of transfer: Transfer, _ easy: EasyHandle) {
        let host = transfer.hop.url.authority
        self.init(
            Reason(code), delivery: transfer.delivery(easy), message: "\(host): \(easy.message(for: code))")
    }
}

extension TransportError.Reason {
    fileprivate init(_ code: CURLcode) {
        self =
            switch code {
            case CURLE_URL_MALFORMAT: .badURL
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
            case CURLE_COULDNT_CONNECT, CURLE_PROXY: .connect
            case CURLE_OPERATION_TIMEDOUT: .timeout(.connect)
            case CURLE_READ_ERROR: .file
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_SEND_FAIL_REWIND,
                CURLE_CHUNK_FAILED, CURLE_WRITE_ERROR, CURLE_UNSUPPORTED_PROTOCOL:
                // The last one is an answer that is not HTTP (libcurl takes it for HTTP/0.9): the scheme was checked.
                .connectionLost
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE,
                CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_SHUTDOWN_FAILED, CURLE_USE_SSL_FAILED,
                CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
                .tls
            default: .other
            }
    }
}
