import EventLoop

/// Something that happens once on another thread, for a test to wait for.
final class Signal<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case pending([CheckedContinuation<Value, Never>])
        case given(Value)
    }
    private let state = Locked(State.pending([]))

    func give(_ value: Value) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .pending(let waiting) = state else { return [] }
            state = .given(value)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Value? in
                    switch state {
                    case .given(let value): return value
                    case .pending(let waiting):
                        state = .pending(waiting + [continuation])
                        return nil
                    }
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}
