import Synchronization

/// How many status streams may be open at once; a place is given back when its last reference goes.
final class StatusStreamLimit: Sendable {
    private let limit: Int
    // Atomic because a place may be dropped wherever the events of an abandoned job are.
    private let taken = Atomic(0)

    init(_ limit: Int) {
        self.limit = limit
    }

    final class Place: Sendable {
        private let owner: StatusStreamLimit

        fileprivate init(_ owner: StatusStreamLimit) {
            self.owner = owner
        }

        deinit { owner.taken.subtract(1, ordering: .relaxed) }
    }

    /// nil when all are taken.
    func take() -> Place? {
        guard taken.add(1, ordering: .relaxed).newValue <= limit else {
            taken.subtract(1, ordering: .relaxed)
            return nil
        }
        return Place(self)
    }
}
