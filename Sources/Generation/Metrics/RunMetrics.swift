package import EventLoop
package import FalClient

/// What the process counts of its generations and jobs, for Prometheus and for the run's last line.
///
/// `JobRunner`, `Spending` and `GenerationService` tell it what they know; nothing is measured twice.
@LoopActor
package final class RunMetrics {
    /// What is counted apart.
    private struct Work: Hashable {
        let endpoint: String
        let preset: String
    }

    /// The series of one kind of work; those of outcomes by their words.
    private struct Numbers {
        let work: Work
        var jobs: JobNumbers?
        var outcomes: [String: Int] = [:]
        var generations: [String: Int] = [:]
    }

    /// The series of work that jobs were made for, and what these cost together.
    private struct JobNumbers {
        let duration: Int
        let wait: Int
        let run: Int
        let estimated: Int
        let spent: Int
        var estimates = Dollars.zero
        var prices = Dollars.zero
    }

    private struct OpenJob {
        let work: Int
        let began: ContinuousClock.Instant
        /// What fal says that the model took, in seconds.
        var runTime: Double?
    }

    let families = Families()
    private var numbers: [Numbers] = []
    private var places: [Work: Int] = [:]
    private var open: [String: OpenJob] = [:]
    /// Where jobs wait for their turn, once there are jobs.
    private weak var gate: SubmitGate?
    let started = ContinuousClock.now
    /// The run's generations as far as its last line needs them.
    private(set) var tally = Tally()

    package init(version: String) {
        families.build.set(1, of: families.build.number([version]))
        families.start.set(Double(Timestamp.now.milliseconds) / 1000)
    }

    /// A script may make up endpoints: the kinds of work beyond this many are counted together, as `other`.
    private static let mostKinds = 64

    private func place(_ endpoint: String, _ preset: String?) -> Int {
        let work = Work(endpoint: endpoint, preset: preset ?? "none")
        if let place = places[work] { return place }
        let isFull = numbers.count >= Self.mostKinds
        let counted = isFull ? Work(endpoint: "other", preset: "other") : work
        if isFull, let place = places[counted] { return place }
        places[counted] = numbers.count
        numbers.append(Numbers(work: counted))
        return numbers.count - 1
    }

    private func jobNumbers(_ work: Work) -> JobNumbers {
        let labels = [work.endpoint, work.preset]
        return JobNumbers(
            duration: families.duration.number(labels), wait: families.wait.number(labels),
            run: families.run.number(labels), estimated: families.estimated.number(labels),
            spent: families.spent.number(labels))
    }

    // MARK: Jobs

    func watch(_ gate: SubmitGate) { self.gate = gate }

    /// A job is about to be sent.
    func begin(_ id: String, _ order: JobOrder) {
        open[id] = OpenJob(work: place(order.endpoint.description, order.subject?.preset), began: .now)
    }

    /// How long a job's model ran, in seconds, where fal says so.
    func ran(_ id: String, for time: Double?) {
        if let time { open[id]?.runTime = time }
    }

    /// Nothing was sent of the job, or it goes on without this process.
    func withdraw(_ id: String) { open[id] = nil }

    /// A job has come to its end, at this price where it is known.
    func end(_ id: String, _ state: Job.State, estimate: Dollars?, price: Dollars?) {
        guard let job = open.removeValue(forKey: id) else { return }
        let series = count(job.work, state, estimate, price)
        guard case .completed = state else { return }
        let time = (ContinuousClock.now - job.began) / .seconds(1)
        families.duration.observe(time, in: series.duration)
        guard let run = job.runTime else { return }
        families.run.observe(run, in: series.run)
        families.wait.observe(max(0, time - run), in: series.wait)
    }

    /// A job of an earlier run has come to its end: how long it took is that run's to say.
    func end(earlier job: Job, _ state: Job.State) {
        let price = state.output?.price(perUnit: job.cost.perUnit)
        open[job.id] = nil
        count(place(job.order.endpoint.description, job.order.subject?.preset), state, job.cost.estimate, price)
    }

    @discardableResult
    private func count(
        _ work: Int, _ state: Job.State, _ estimate: Dollars?, _ price: Dollars?
    ) -> JobNumbers {
        families.jobs.add(
            to: Self.number(state.outcome, &numbers[work].outcomes, families.jobs, numbers[work].work))
        var series = numbers[work].jobs ?? jobNumbers(numbers[work].work)
        // Sums of whole billionths: added as fractions they would drift.
        series.estimates += estimate ?? .zero
        series.prices += price ?? .zero
        families.estimated.set(series.estimates.number, of: series.estimated)
        families.spent.set(series.prices.number, of: series.spent)
        numbers[work].jobs = series
        return series
    }

    private static func number(
        _ outcome: String, _ known: inout [String: Int], _ family: MetricFamily, _ work: Work
    ) -> Int {
        if let number = known[outcome] { return number }
        let number = family.number([work.endpoint, work.preset, outcome])
        known[outcome] = number
        return number
    }

    // MARK: Generations

    /// A generation has given its pictures.
    func generated(_ result: GenerationResult, isTest: Bool = false) {
        let outcome = isTest ? "simulated" : result.isCached ? "cached" : result.isResumed ? "resumed" : "completed"
        tally.add(duration: result.duration, images: result.images.count)
        count(generation: result.endpoint, result.preset, outcome)
    }

    /// A generation has failed, perhaps before it was known what it would be.
    func failed(_ endpoint: String?, _ preset: String?, _ code: GenerationError.Code) {
        tally.add(failure: code)
        count(generation: endpoint ?? "none", preset, code.rawValue)
    }

    private func count(generation endpoint: String, _ preset: String?, _ outcome: String) {
        let work = place(endpoint, preset)
        let family = families.generations
        family.add(to: Self.number(outcome, &numbers[work].generations, family, numbers[work].work))
    }

    // MARK: Requests

    /// A request to fal has failed, and is made again or not.
    package func requestFailed(_ operation: FalOperation, _ error: FalError, isRetried: Bool) {
        if isRetried { families.retries.add(to: families.retries.number(["\(operation)"])) }
        if error.status == 429 { families.refusals.add(to: families.refusals.number(["\(operation)"])) }
        tally.retries += isRetried ? 1 : 0
        tally.refusals += error.status == 429 ? 1 : 0
    }

    // MARK: The whole

    /// All that was counted, as Prometheus reads it.
    package func text() -> String {
        families.inFlight.set(Double(gate?.inFlight ?? 0))
        families.waiting.set(Double(gate?.waiting ?? 0))
        var text = ""
        for family in families.all { family.write(to: &text) }
        return text
    }
}

extension Job.State {
    /// `completed`, or the code of the error.
    fileprivate var outcome: String {
        switch self {
        case .failed(_, let failure), .unknown(let failure):
            GenerationError.Code(rawValue: failure.code)?.rawValue ?? "other"
        default: name.rawValue
        }
    }
}
