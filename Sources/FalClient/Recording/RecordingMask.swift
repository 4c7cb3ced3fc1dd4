internal import HTTPTransport

/// Takes out of a recording what lets its reader do anything: keys, cookies, tokens, signatures of URLs.
enum RecordingMask {
    private static let secretHeaders: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie",
    ]

    static func headers(_ headers: HTTPHeaders) -> [(name: String, value: String)] {
        headers.pairs
            .filter { !secretHeaders.contains($0.name.lowercased()) && !URLSecrets.isSecret($0.name) }
            .map { ($0.name, text($0.value)) }
    }

    /// The text with keys and what is secret in URLs masked.
    static func text(_ text: String) -> String { URLSecrets.masked(FalCredentials.redact(text)) }
}
