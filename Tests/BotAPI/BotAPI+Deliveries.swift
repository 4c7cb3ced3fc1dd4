package import Foundation
package import JSON
import NIOCore
import NIOPosix

/// What a bot got by webhook. https://core.telegram.org/bots/api#setwebhook
extension BotAPI {
    package struct Delivery: Sendable, Equatable {
        package let update: Int
        /// What the bot answered; 0 when it did not.
        package let status: Int
    }

    /// Brings updates there while a webhook is set, whose own address is on the open internet; one after another, each
    /// until it is answered with 2xx.
    package func deliver(to address: URL?) {
        deliveryAddress = address
        startDelivering()
    }

    func startDelivering() {
        guard !isDelivering, webhook != nil, deliveryAddress != nil, !updates.isEmpty else { return }
        isDelivering = true
        Task(executorPreference: ServerExecutor.shared) { await self.deliverAll() }
    }

    private func deliverAll() async {
        while let webhook, let address = deliveryAddress, let update = updates.first {
            let status = await Self.post(update, to: address, secret: webhook.secret)
            let id = update["update_id"]?.integerValue ?? 0
            deliveries.append(Delivery(update: Int(id), status: status))
            if (200..<300).contains(status) {
                updates.removeAll { $0["update_id"]?.integerValue == id }
            } else {
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        isDelivering = false
    }

    /// Posts one update as Telegram does; the status, or 0 when no answer came within ten seconds.
    package nonisolated static func post(_ update: JSONValue, to address: URL, secret: String?) async -> Int {
        guard let body = try? update.serialized() else { return 0 }
        let field = secret.map { "X-Telegram-Bot-Api-Secret-Token: \($0)\r\n" } ?? ""
        let head =
            "POST \(address.path) HTTP/1.1\r\nHost: \(address.host ?? "")\r\nContent-Type: application/json\r\n\(field)"
            + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        let answer = try? await exchange(Array(head.utf8) + body, address)
        return answer?.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
    }

    private static func exchange(_ bytes: [UInt8], _ address: URL) async throws -> String {
        let connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: address.host ?? "", port: address.port ?? 80) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            let limit = connection.channel.eventLoop.scheduleTask(in: .seconds(10)) {
                connection.channel.close(promise: nil)
            }
            defer { limit.cancel() }
            try await outbound.write(ByteBuffer(bytes: bytes))
            var answer = ""
            for try await piece in inbound { answer += String(buffer: piece) }
            return answer
        }
    }
}
