internal import FalClient
internal import JSON

/// A job whose submit may have arrived, as it is looked for in fal's list of requests.
struct LostSubmit {
    let job: Job

    /// What the list says of it.
    enum Match: Equatable {
        case one(String)
        case none
        case several(Int)
        /// None has these arguments, but of so many fal keeps no arguments.
        case unreadable(Int)
    }

    /// The submit left after the job was made and before it was given up; the clocks of two machines differ a little.
    var start: Timestamp { job.created.advanced(by: .zero - Self.clockError) }
    var end: Timestamp { job.updated.advanced(by: Self.clockError) }

    private static let clockError = Duration.seconds(300)

    /// The request that is this job: same arguments, seed included, in its time.
    func match(in list: [ListedRequest]) -> Match {
        let inTime = list.filter { request in
            guard let sent = request.sentAt.flatMap(Timestamp.init) else { return true }
            return start <= sent && sent <= end
        }
        let arguments = JSONValue.object(job.order.arguments)
        let same = inTime.filter { request in
            request.input.map { Self.isSame(.object($0), arguments) } ?? false
        }
        if same.count > 1 { return .several(same.count) }
        if let request = same.first { return .one(request.requestID) }
        let unreadable = inTime.count { $0.input == nil }
        return unreadable == 0 ? .none : .unreadable(unreadable)
    }

    /// Equal but for the way that numbers are written: fal may have turned 3.0 into 3.
    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left == right
        case (.integer, .number), (.number, .integer), (.number, .number): left.numberValue == right.numberValue
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy(isSame)
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.members.allSatisfy { member in right[member.name].map { isSame(member.value, $0) } ?? false }
        default: left == right
        }
    }
}

/// Lost submits to one endpoint whose times overlap: one list serves them all.
struct ListingWindow {
    let submits: [LostSubmit]
    let start: Timestamp
    let end: Timestamp

    static func windows(for jobs: [Job]) -> [ListingWindow] {
        var windows: [ListingWindow] = []
        let byEndpoint = Dictionary(grouping: jobs.map(LostSubmit.init)) { $0.job.order.endpoint.description }
        for (_, submits) in byEndpoint.sorted(by: { $0.key < $1.key }) {
            var open: ListingWindow?
            for submit in submits.sorted(by: { $0.start < $1.start }) {
                if let window = open, submit.start <= window.end {
                    open = window.with(submit)
                } else {
                    if let open { windows.append(open) }
                    open = ListingWindow(submits: [submit], start: submit.start, end: submit.end)
                }
            }
            if let open { windows.append(open) }
        }
        return windows
    }

    private func with(_ submit: LostSubmit) -> ListingWindow {
        ListingWindow(submits: submits + [submit], start: start, end: max(end, submit.end))
    }
}
