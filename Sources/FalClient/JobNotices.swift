package import EventLoop

/// Wakes whoever waits for a job of which fal has said by itself that it is done.
///
/// A notice says no more than that it is time to ask: the status and the result come the usual way, and a notice that never
/// comes costs nothing but the time until the stream or the next look tells the same.
@LoopActor
package final class JobNotices {
    private var waiting: [String: [QueueEvents]] = [:]

    package init() {}

    /// Those who wait for the request ask fal now; false when nobody waits.
    package func wake(_ requestID: String) -> Bool {
        guard let events = waiting[requestID] else { return false }
        for events in events { events.wake() }
        return true
    }

    func enter(_ events: QueueEvents, _ requestID: String) {
        waiting[requestID, default: []].append(events)
    }

    func leave(_ events: QueueEvents, _ requestID: String) {
        waiting[requestID]?.removeAll { $0 === events }
        if waiting[requestID]?.isEmpty == true { waiting[requestID] = nil }
    }
}
