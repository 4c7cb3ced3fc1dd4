/// Tells new log lines from those given before: fal's status repeats all lines, its stream sends new ones.
struct LogTracker {
    private var first: QueueLog?
    private var count = 0

    /// The new lines in a list that has all lines so far (polling).
    mutating func new(inAll logs: [QueueLog]) -> [QueueLog] {
        let new = Array(logs.dropFirst(count))
        note(new)
        return new
    }

    /// The new lines in an event of the stream; one that starts over after a reconnection is recognised by its first
    /// line.
    mutating func new(inEvent logs: [QueueLog]) -> [QueueLog] {
        if let first, first.timestamp != nil, logs.first == first { return new(inAll: logs) }
        note(logs)
        return logs
    }

    private mutating func note(_ logs: [QueueLog]) {
        if first == nil { first = logs.first }
        count += logs.count
    }
}
