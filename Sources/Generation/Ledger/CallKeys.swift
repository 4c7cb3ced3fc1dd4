internal import EventLoop

/// Lets the calls of this process that have one key go one after the other: the second finds the job of the first.
@LoopActor
final class CallKeys {
    private typealias Continuation = CheckedContinuation<SubmitGate.Missed?, Never>

    /// By the keys in use, who waits for them; in their order.
    private var lines: [String: [(number: Int, continuation: Continuation)]] = [:]
    private var numbers = 0

    nonisolated init() {}

    /// Returns when no other call has the key; `leave` follows, unless this throws.
    func enter(_ key: String, until deadline: ContinuousClock.Instant?) async throws(SubmitGate.Missed) {
        guard lines[key] != nil else {
            lines[key] = []
            return
        }
        numbers += 1
        let number = numbers
        let timer = deadline.map { LoopExecutor.shared.schedule(at: $0) { self.miss(number, key, .timedOut) } }
        let missed = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Continuation) in
                if Task.isCancelled {
                    continuation.resume(returning: .cancelled)
                } else {
                    lines[key, default: []].append((number, continuation))
                }
            }
        } onCancel: {
            LoopActor.spawn { self.miss(number, key, .cancelled) }
        }
        timer?.cancel()
        if let missed { throw missed }
    }

    func leave(_ key: String) {
        if lines[key]?.isEmpty == false {
            lines[key]?.removeFirst().continuation.resume(returning: nil)
        } else {
            lines[key] = nil
        }
    }

    private func miss(_ number: Int, _ key: String, _ reason: SubmitGate.Missed) {
        guard let place = lines[key]?.firstIndex(where: { $0.number == number }) else { return }
        lines[key]?.remove(at: place).continuation.resume(returning: reason)
    }
}
