import NIOConcurrencyHelpers
import Synchronization

/// The faults that are ordered and not yet used up; from any thread.
final class FaultBook: Sendable {
    private let faults: NIOLockedValueBox<[Fault]>
    /// Keeps the common case, no fault at all, free of the lock.
    private let isEmpty: Synchronization.Atomic<Bool>

    init(_ faults: [Fault]) {
        self.faults = NIOLockedValueBox(faults)
        isEmpty = Synchronization.Atomic(faults.isEmpty)
    }

    func order(_ fault: Fault) {
        faults.withLockedValue { $0.append(fault) }
        isEmpty.store(false, ordering: .releasing)
    }

    func clear() {
        faults.withLockedValue { $0.removeAll() }
        isEmpty.store(true, ordering: .releasing)
    }

    /// The first fault for this stage and endpoint, used up by one.
    func take(_ stage: Fault.Stage, endpoint: @autoclosure () -> String?) -> Fault? {
        guard !isEmpty.load(ordering: .acquiring) else { return nil }
        let endpoint = endpoint()
        return faults.withLockedValue { faults in
            for index in faults.indices where faults[index].stage == stage {
                if let wanted = faults[index].endpoint, wanted != endpoint { continue }
                guard faults[index].after == 0 else {
                    faults[index].after -= 1
                    continue
                }
                let fault = faults[index]
                if fault.times != .max { faults[index].times -= 1 }
                if faults[index].times == 0 { faults.remove(at: index) }
                if faults.isEmpty { isEmpty.store(true, ordering: .releasing) }
                return fault
            }
            return nil
        }
    }
}
