internal import CCurl

/// libcurl's own start, once for the process and only when the first request needs it (it costs half a millisecond).
enum CurlLibrary {
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// True when names are resolved on a thread of libcurl's, so that it needs no alarm signal.
    static let resolvesOnThread: Bool = {
        guard isReady, let version = curl_version_info(CURLVERSION_FIRST) else { return false }
        return version.pointee.features & CURL_VERSION_ASYNCHDNS != 0
    }()
}
