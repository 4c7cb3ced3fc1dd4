/// The jobs of a run that came to nothing and that fal does not have, so that they can be made again.
package struct FailedJobs: Sendable {
    /// In the order in which they were made.
    package let jobs: [Job]

    private struct Call: Hashable {
        let place: Int64?
        let avatar: String?
        let prompt: String?

        init(_ order: JobOrder) {
            place = order.place?.number
            avatar = order.subject?.avatarID
            prompt = order.subject?.prompt
        }
    }

    /// - Parameters:
    ///   - run: the run's jobs, oldest first.
    ///   - later: jobs of later runs that made some of them again: what has a result there, or may come to one, is done.
    package init(of run: [Job], madeAgain later: [Job] = []) {
        var done: [Call: Int] = [:]
        for job in later where job.state.name == .completed || job.state.name.isOpen {
            done[Call(job.order), default: 0] += 1
        }
        var left: [Job] = []
        for job in run where job.state.isToBeMadeAgain {
            let call = Call(job.order)
            if let count = done[call], count > 0 { done[call] = count - 1 } else { left.append(job) }
        }
        jobs = left
    }
}

extension Job.State {
    /// Whether it came to nothing: failed, expired, or cancelled before it was sent.
    fileprivate var isToBeMadeAgain: Bool {
        switch self {
        case .failed, .expired, .cancelled(nil): true
        default: false
        }
    }
}
