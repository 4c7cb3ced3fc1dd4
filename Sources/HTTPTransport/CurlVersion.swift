internal import CCurl

/// What the libcurl that runs can do.
package struct CurlVersion: Sendable {
    /// `7.88.1`.
    package let number: String
    /// The TLS library, `OpenSSL/3.0.15`; nil without TLS.
    package let tls: String?
    package let hasHTTP2: Bool

    /// Nil when libcurl cannot start.
    package static var running: CurlVersion? {
        guard CurlLibrary.isReady, let version = curl_version_info(CURLVERSION_FIRST)?.pointee else { return nil }
        return CurlVersion(
            number: version.version.map { String(cString: $0) } ?? "unknown",
            tls: version.ssl_version.map { String(cString: $0) },
            hasHTTP2: version.features & CURL_VERSION_HTTP2 != 0)
    }
}
