import Foundation
import TestSupport

/// Deliveries at a steady rate over a few connections; each connection has its thread and waits for each answer.
struct Load {
    let port: Int
    /// Deliveries a second; 0 sends as fast as answers come.
    let rate: Double
    let seconds: Double
    /// Every how manieth is badly signed.
    let badEvery: Int

    private static let connections = 8

    struct Result: Sendable {
        /// Answers by status.
        var statuses: [String: Int] = [:]
        /// In seconds.
        var latencies: [Double] = []
        /// Deliveries whose answer was not the one for their signature.
        var wrong = 0
    }

    func run() -> (Result, seconds: Double) {
        let lock = NSLock()
        // Changed under the lock by the threads, read when all have left the group.
        nonisolated(unsafe) var total = Result()
        let group = DispatchGroup()
        let start = Date()
        for number in 0..<Self.connections {
            group.enter()
            Thread.detachNewThread {
                let result = drive(number, start)
                lock.withLock {
                    total.statuses.merge(result.statuses, uniquingKeysWith: +)
                    total.latencies += result.latencies
                    total.wrong += result.wrong
                }
                group.leave()
            }
        }
        group.wait()
        return (total, Date().timeIntervalSince(start))
    }

    private func drive(_ number: Int, _ start: Date) -> Result {
        var result = Result()
        let (good, bad) = (WebhookSigner(), WebhookSigner(9))
        let pause = rate > 0 ? Double(Self.connections) / rate : 0
        let end = start.addingTimeInterval(seconds)
        guard let socket = try? LoadSocket.connected(to: port) else { return result }
        var count = 0
        while Date() < end {
            let due = start.addingTimeInterval(pause * (Double(count) + Double(number) / Double(Self.connections)))
            let wait = due.timeIntervalSinceNow
            // The load is steady: each request has its moment, and this thread nothing else to do until then.
            if wait > 0 { Thread.sleep(forTimeInterval: wait) }
            let isBad = (count * Self.connections + number) % badEvery == badEvery - 1
            let request = Self.request("load-\(number)-\(count)", isBad ? bad : good)
            let sent = Date()
            socket.write(request)
            guard let answer = socket.readHead() else { return result }
            result.latencies.append(Date().timeIntervalSince(sent))
            let status = String(decoding: answer.dropFirst(9).prefix(3), as: UTF8.self)
            result.statuses[status, default: 0] += 1
            if status != (isBad ? "401" : "200") { result.wrong += 1 }
            count += 1
        }
        return result
    }

    private static func request(_ id: String, _ signer: WebhookSigner) -> [UInt8] {
        let url = "https://v3.fal.media/files/b/\(id)/picture.jpg"
        let body = """
            {"request_id":"\(id)","gateway_request_id":"\(id)","status":"OK","payload":{"images":[{"url":"\(url)",\
            "width":1024,"height":1024,"content_type":"image/jpeg"}],"seed":42,"has_nsfw_concepts":[false]}}
            """
        let headers = signer.headers(requestID: id, body: Array(body.utf8)).map { "\($0.name): \($0.value)\r\n" }
        return Array(
            """
            POST /webhooks/fal HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
            Content-Length: \(body.utf8.count)\r\n\(headers.joined())\r\n\(body)
            """.utf8)
    }
}
