import EventLoop
import HTTPTransport

/// The key of a fal account, `<id>:<secret>`; it prints as a mask of its id.
package struct FalCredentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let id: String
    private let secret: String
    /// The value of the `Authorization` field.
    private let authorization: String

    /// Takes the text of `FAL_KEY`, with whitespace around it; refuses what cannot be a key, without repeating it.
    package init(_ key: String) throws(FalError) {
        let key = key.trimmingWhitespace()
        guard !key.isEmpty else { throw FalError(.missingAPIKey, "the fal key is empty: set FAL_KEY") }
        guard let colon = key.firstIndex(of: ":"), colon > key.startIndex, key.index(after: colon) < key.endIndex,
            key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw FalError(.missingAPIKey, "the fal key does not have the form <key id>:<key secret>") }
        id = String(key[..<colon])
        secret = String(key[key.index(after: colon)...])
        authorization = "Key \(key)"
        Self.known.withLock { [id, secret] in _ = $0.insert(KnownKey(id: id, secret: secret)) }
    }

    /// The first letters of the id: enough to tell two keys apart.
    package var description: String { Self.mask(id) }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }

    /// Writes the `Authorization` field: the one place that reads the secret to send it.
    func authorize(_ headers: inout HTTPHeaders) {
        headers["Authorization"] = authorization
    }

    private static func mask(_ id: String) -> String {
        (id.count >= 8 ? "\(id.prefix(4))…" : "…") + ":********"
    }

    // MARK: Redaction

    private struct KnownKey: Hashable {
        let id: String
        let secret: String
    }

    // Whoever writes a log line or an error has no credentials at hand, but must not let any key of this process out.
    private static let known = Locked<Set<KnownKey>>([])

    /// `text` with the keys of this process masked: whole keys, and secrets alone when they are long enough to be told
    /// from words.
    package static func redact(_ text: String) -> String {
        var bytes = Array(text.utf8)
        var found = false
        for key in known.withLock({ $0 }) {
            found = bytes.replaceAll("\(key.id):\(key.secret)", with: mask(key.id)) || found
            if key.secret.utf8.count >= 6 { found = bytes.replaceAll(key.secret, with: "********") || found }
        }
        return found ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// The same for bytes that need not be text.
    static func redact(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for key in known.withLock({ $0 }) {
            _ = bytes.replaceAll("\(key.id):\(key.secret)", with: mask(key.id))
            if key.secret.utf8.count >= 6 { _ = bytes.replaceAll(key.secret, with: "********") }
        }
        return bytes
    }
}

extension [UInt8] {
    /// Replaces by bytes, not characters: a combining mark behind a secret must not hide it. True when there was one.
    fileprivate mutating func replaceAll(_ word: String, with replacement: String) -> Bool {
        let word = Array(word.utf8)
        var found = false
        var index = 0
        while index + word.count <= count {
            guard self[index] == word[0], self[index..<index + word.count].elementsEqual(word) else {
                index += 1
                continue
            }
            replaceSubrange(index..<index + word.count, with: replacement.utf8)
            index += replacement.utf8.count
            found = true
        }
        return found
    }
}

extension String {
    func trimmingWhitespace() -> String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
