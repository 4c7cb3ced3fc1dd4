import Foundation
import JSON
import Synchronization

#if canImport(CryptoKit)
    import CryptoKit
#else
    import CCrypto
#endif

/// A receiver of webhooks on a port of its own: answers with the statuses in turn, the last one again and again; 0 means
/// no answer at all.
final class WebhookReceiver: Sendable {
    struct Delivery: Sendable {
        let path: String
        /// Names in lower case.
        let headers: [String: String]
        let body: [UInt8]

        var json: JSONValue {
            get throws { try JSONValue(parsing: body) }
        }

        /// Whether one of the keys signed it, whatever its age.
        func isSigned(by keySet: JSONValue) -> Bool {
            let names = ["x-fal-webhook-request-id", "x-fal-webhook-user-id", "x-fal-webhook-timestamp"]
            let message = Array(
                (names.map { headers[$0] ?? "" } + [Self.sha256(body)]).joined(separator: "\n").utf8)
            let signature = Self.bytes(hexadecimal: headers["x-fal-webhook-signature"] ?? "")
            return (keySet["keys"]?.arrayValue ?? []).contains { key in
                let letters = (key["x"]?.stringValue ?? "").replacing("-", with: "+").replacing("_", with: "/") + "="
                guard let bytes = Data(base64Encoded: letters), signature.count == 64 else { return false }
                return Self.verify(signature, message, key: Array(bytes))
            }
        }

        private static func bytes(hexadecimal text: String) -> [UInt8] {
            let digits = Array(text.utf8)
            return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
            }
        }

        #if canImport(CryptoKit)
            private static func sha256(_ bytes: [UInt8]) -> String {
                CryptoKit.SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
            }

            private static func verify(_ signature: [UInt8], _ message: [UInt8], key: [UInt8]) -> Bool {
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key)
                return key?.isValidSignature(signature, for: message) == true
            }
        #else
            private static func sha256(_ bytes: [UInt8]) -> String {
                guard let context = sha256_begin() else { return "" }
                defer { sha256_free(context) }
                var digest = [UInt8](repeating: 0, count: 32)
                guard sha256_add(context, bytes, bytes.count), sha256_end(context, &digest) else { return "" }
                return digest.map { String(format: "%02x", $0) }.joined()
            }

            private static func verify(_ signature: [UInt8], _ message: [UInt8], key: [UInt8]) -> Bool {
                guard key.count == 32, let public_ = ed25519_public_key(key) else { return false }
                defer { ed25519_free(public_) }
                return ed25519_verify(public_, signature, message, message.count)
            }
        #endif
    }

    let port: Int
    private let listener: Int32
    private let state: Mutex<(statuses: [Int], silent: [Int32], isStopped: Bool)>
    private let deliveries: AsyncStream<Delivery>
    private let comes: AsyncStream<Delivery>.Continuation

    init(statuses: [Int] = [200]) throws {
        #if canImport(Glibc)
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw HTTPClient.Failure.system(errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        state = Mutex((statuses, [], false))
        (deliveries, comes) = AsyncStream.makeStream()
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 || state.withLock({ $0.isStopped }) {
                    if connection >= 0 { close(connection) }
                    break
                }
                answer(connection)
            }
            // Here only: elsewhere its number could be another's by the time this thread accepts again.
            close(listener)
            for connection in state.withLock({ $0.silent }) { close(connection) }
        }
    }

    var url: String { "http://127.0.0.1:\(port)/hook?a=1" }

    /// The next delivery; nil after a minute without one.
    func next() async -> Delivery? {
        await withTaskGroup(of: Delivery?.self) { group in
            group.addTask { await self.deliveries.first { _ in true } }
            group.addTask {
                try? await Task.sleep(for: .seconds(60))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// Refuses connections from now on.
    func stop() {
        state.withLock { $0.isStopped = true }
        // Wakes the thread that accepts.
        _ = try? HTTPClient(port: port)
    }

    private func answer(_ connection: Int32) {
        guard let delivery = Self.read(connection) else {
            close(connection)
            return
        }
        let status = state.withLock { state in
            state.statuses.count > 1 ? state.statuses.removeFirst() : state.statuses.first ?? 200
        }
        if status == 0 {
            state.withLock { $0.silent.append(connection) }
        } else {
            let reply = Array("HTTP/1.1 \(status) A\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n".utf8)
            _ = write(connection, reply, reply.count)
            close(connection)
        }
        comes.yield(delivery)
    }

    private static func read(_ connection: Int32) -> Delivery? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            if let delivery = parse(bytes) { return delivery }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer.prefix(count)
        }
    }

    /// Nil as long as the request is not there whole.
    private static func parse(_ bytes: [UInt8]) -> Delivery? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let body = Array(bytes[end.upperBound...])
        guard body.count >= Int(headers["content-length"] ?? "") ?? 0 else { return nil }
        let words = lines[0].split(separator: " ")
        return words.first == "POST" ? Delivery(path: String(words[1]), headers: headers, body: body) : nil
    }
}
