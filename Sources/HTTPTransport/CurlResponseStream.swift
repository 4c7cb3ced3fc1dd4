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
        // Most streams have ended by then, and a task that finds nothing to do costs as much as one that does.
        let isOnLoop = LoopExecutor.shared.isIsolatingCurrentContext() == true
        if isOnLoop, LoopActor.assumeIsolated({ transfer.hasEnded }) { return }
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

    func finish(within grace: Duration) {
        buffer.cancel()
        transfer.resume()
        transfer.cancel(after: grace)
    }
}
