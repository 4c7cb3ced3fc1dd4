import NIOCore

/// The models that trainings have left: they outlive their jobs, for avatars are used long after.
struct TrainedShelf {
    private var models: [RequestID: TrainedModel] = [:]
    private var order = CircularBuffer<RequestID>()

    /// Over this many the oldest go; one takes about a kilobyte.
    private static let capacity = 10_000

    subscript(id: RequestID) -> TrainedModel? { models[id] }

    mutating func put(_ model: TrainedModel, id: RequestID) {
        models[id] = model
        order.append(id)
        if order.count > Self.capacity { models[order.removeFirst()] = nil }
    }
}
