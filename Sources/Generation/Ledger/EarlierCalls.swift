/// The paid calls of earlier runs of a script, of which a later run takes each at most once.
package struct EarlierCalls: Sendable {
    /// How a call of the later run stands to them.
    package enum Match: Sendable, Equatable {
        /// The same call, which has a result or may come to one.
        case same(Job)
        /// The same call came to an end without a result.
        case ended(Job)
        /// In its place was another call: in what they differ, as `CallContent.differences` has it.
        case changed(Job, [String])
        /// Nothing was in its place.
        case new
    }

    private struct Call {
        let job: Job
        var isTaken = false
        /// Another call stands in its place now.
        var isReplaced = false
    }

    private struct Spot: Hashable {
        let place: Int64
        let content: CallContent
    }

    private var calls: [Call]
    /// Calls that can be taken over by what they ask for, the best to be taken last.
    private var byContent: [CallContent: [Int]] = [:]
    private var bySpot: [Spot: [Int]] = [:]
    /// The last call in each place, and the last in each that ended without a result.
    private var byPlace: [Int64: Int] = [:]
    private var endedBySpot: [Spot: Int] = [:]

    /// - Parameter jobs: oldest first, of all runs.
    package init(_ jobs: [Job]) {
        // What was stopped before it was sent is as if it had never been asked for.
        let jobs = jobs.filter { $0.state != .cancelled(nil) }
        calls = jobs.map { Call(job: $0) }
        for (index, job) in jobs.enumerated() {
            let content = CallContent(job.order)
            let spot = job.order.place.map { Spot(place: $0.number, content: content) }
            if let spot { byPlace[spot.place] = index }
            if job.state.isWorthTaking {
                byContent[content, default: []].append(index)
                if let spot { bySpot[spot, default: []].append(index) }
            } else if let spot {
                endedBySpot[spot] = index
            }
        }
        // The oldest of several: what was made first was wanted first.
        func isBefore(_ left: Int, _ right: Int) -> Bool {
            (jobs[left].state.certainty, right) < (jobs[right].state.certainty, left)
        }
        byContent = byContent.mapValues { $0.sorted(by: isBefore) }
        bySpot = bySpot.mapValues { $0.sorted(by: isBefore) }
    }

    /// Takes the call that this one is, in its place or, when calls came in before it, wherever it was.
    package mutating func take(_ order: JobOrder) -> Match {
        let content = CallContent(order)
        let spot = order.place.map { Spot(place: $0.number, content: content) }
        if let spot, let index = Self.next(&bySpot[spot], of: calls) { return take(index) }
        if let index = Self.next(&byContent[content], of: calls) { return take(index) }
        if let index = spot.flatMap({ endedBySpot[$0] }), !calls[index].isTaken {
            calls[index].isTaken = true
            return .ended(calls[index].job)
        }
        if let index = spot.flatMap({ byPlace[$0.place] }), !calls[index].isTaken {
            calls[index].isReplaced = true
            return .changed(calls[index].job, CallContent.differences(order, calls[index].job.order))
        }
        return .new
    }

    private mutating func take(_ index: Int) -> Match {
        calls[index].isTaken = true
        return .same(calls[index].job)
    }

    private static func next(_ indexes: inout [Int]?, of calls: [Call]) -> Int? {
        while let index = indexes?.popLast() {
            if !calls[index].isTaken { return index }
        }
        return nil
    }

    /// How many jobs that nobody took may still come to a result.
    package var leftOpen: Int { calls.count { !$0.isTaken && $0.job.state.name.isOpen } }

    /// How many results, or jobs that may come to one, nobody took and nothing replaced.
    package var leftOver: Int {
        calls.indices.count { index in
            let call = calls[index]
            // What a later run of the chain has in its place was changed then.
            let isLast = call.job.order.place.map { byPlace[$0.number] == index } ?? true
            return !call.isTaken && !call.isReplaced && isLast && call.job.state.isWorthTaking
        }
    }
}

extension Job.State {
    fileprivate var isWorthTaking: Bool { name == .completed || name.isOpen }

    /// Results come before jobs that will have one, and these before those that may.
    fileprivate var certainty: Int {
        switch name {
        case .completed: 2
        case .submitted: 1
        default: 0
        }
    }
}
