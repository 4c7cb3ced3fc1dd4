#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How `CurlTransport` uses libcurl; proxies are read from the environment by libcurl itself.
package struct CurlSettings: Sendable {
    /// Requests in flight; more wait their turn in order. Open streams are not counted.
    package var maximumTransfers: Int
    /// Connections to one host that speaks HTTP/2: without a cap libcurl 7.88 opens hundreds under load.
    package var connectionsPerHost: Int
    package var userAgent: String
    /// Certificates (PEM) to trust instead of the system's.
    package var caFile: String?
    /// A folder of hashed certificates to trust instead of the system's.
    package var caFolder: String?

    /// Without `caFile`, `CURL_CA_BUNDLE`, `SSL_CERT_FILE` and `SSL_CERT_DIR` are read as the curl command reads them.
    package init(
        maximumTransfers: Int = 64, connectionsPerHost: Int = 4, userAgent: String = "falhost", caFile: String? = nil
    ) {
        self.maximumTransfers = max(1, maximumTransfers)
        self.connectionsPerHost = max(1, connectionsPerHost)
        self.userAgent = userAgent
        self.caFile = caFile ?? Self.environment("CURL_CA_BUNDLE") ?? Self.environment("SSL_CERT_FILE")
        self.caFolder = caFile == nil ? Self.environment("SSL_CERT_DIR") : nil
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
