import Foundation
import TestSupport

/// Answers every request with the key set of the load's signer, in place of fal.
enum KeySetServer {
    /// Serves on a thread of its own; returns its port.
    static func start() throws -> Int {
        let socket = try LoadSocket.listening()
        let port = try socket.port()
        let body = WebhookSigner.keySet(WebhookSigner())
        let head = "HTTP/1.1 200 OK\r\ncontent-length: \(body.count)\r\nconnection: close\r\n\r\n"
        Thread.detachNewThread {
            while let client = socket.accept() {
                _ = client.readHead()
                client.write(Array(head.utf8) + body)
            }
        }
        return port
    }
}
