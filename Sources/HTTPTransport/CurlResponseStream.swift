internal import EventLoop

/// A response whose body libcurl brings while it is read.
@LoopActor
final class CurlResponseStream: HTTPResponseStream {
    let head: HTTPResponseHead
    private let transfer: Transfer
    private let buffer: ResponseBuffer

    init(head: HTTPResponseHead, _ transfer: Transfer, _ buffer: ResponseBuffer) {
        self.head = head
        self.transfer = transfer
        self.buffer = buffer
    }

    deinit {
        let transfer = transfer
        LoopActor.spawn { transfer.cancel() }
    }

    func next() async throws(TransportError) -> [UInt8]? {
        if Task.isCancelled { transfer.cancel() }
        let item: ResponseBuffer.Item
        if let ready = buffer.take() {
            item = ready
        } else {
            item = await wait()
        }
        transfer.resume()
        return try item.get()
    }

    private func wait() async -> ResponseBuffer.Item {
        await withTaskCancellationHandler {
            await withCheckedContinuation { buffer.wait($0) }
        } onCancel: {
            LoopActor.spawn { [transfer] in transfer.cancel() }
        }
    }

    func cancel() {
        buffer.cancel()
        transfer.cancel()
    }
}
