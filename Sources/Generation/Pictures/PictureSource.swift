package import FalClient
internal import JSON

/// Which picture of which job is to be kept.
package struct PictureSource: Sendable {
    package let job: String
    package let run: String
    package let request: QueueRequest
    package let order: JobOrder
    /// When the job was made.
    package let created: Timestamp
    /// The seed that the picture came of, where it is known.
    package let seed: Int64?
    /// Its place among the job's pictures, from 1.
    package let index: Int
    package let url: String
    /// What the job gave to bill, and what it cost, where that is known.
    package let billableUnits: Double?
    package let price: Dollars?

    /// The pictures of a completed job, in fal's order; empty for any other.
    package static func all(of job: Job) -> [PictureSource] {
        guard case .completed(let request, let output) = job.state else { return [] }
        return all(of: output, request, job.order, job.cost, id: job.id, run: job.run, created: job.created)
    }

    /// The pictures of a job of this run that has come into a state.
    static func all(of job: SubmittedJob, _ state: Job.State, run: String) -> [PictureSource] {
        guard let order = job.order, let output = state.output else { return [] }
        return all(of: output, job.request, order, job.cost, id: job.id, run: run, created: job.created)
    }

    private static func all(
        of output: JobOutput, _ request: QueueRequest, _ order: JobOrder, _ cost: JobCost, id: String, run: String,
        created: Timestamp
    ) -> [PictureSource] {
        let price = cost.price ?? output.price(perUnit: cost.perUnit)
        let seed = output.output["seed"]?.integerValue ?? order.seed
        return output.imageURLs.enumerated().map { number, url in
            PictureSource(
                job: id, run: run, request: request, order: order, created: created, seed: seed, index: number + 1,
                url: url, billableUnits: output.billableUnits, price: price)
        }
    }
}

/// The newest completed jobs of this run, by their pictures' addresses: those are downloaded soon after.
struct RecentPictures {
    private var byURL: [String: (job: String, index: Int)] = [:]
    private var byJob: [String: [PictureSource]] = [:]
    private var jobs: [String] = []

    private static let capacity = 1024

    mutating func add(_ sources: [PictureSource]) {
        guard let first = sources.first, byJob[first.job] == nil else { return }
        if jobs.count >= Self.capacity * 2 {
            for job in jobs.prefix(Self.capacity) { forget(job) }
            jobs.removeFirst(Self.capacity)
        }
        jobs.append(first.job)
        byJob[first.job] = sources
        for source in sources where !source.isData { byURL[source.url] = (source.job, source.index) }
    }

    /// Takes a job out whose pictures nobody will ask for again: a batch of thousands need not hold them.
    mutating func remove(_ job: String) {
        guard let place = jobs.firstIndex(of: job) else { return }
        jobs.remove(at: place)
        forget(job)
    }

    private mutating func forget(_ job: String) {
        for source in byJob.removeValue(forKey: job) ?? [] where byURL[source.url]?.job == job {
            byURL[source.url] = nil
        }
    }

    subscript(job id: String) -> [PictureSource]? { byJob[id] }

    subscript(url url: String) -> PictureSource? {
        byURL[url].flatMap { place in byJob[place.job]?.first { $0.index == place.index } }
    }
}

extension PictureSource {
    /// Whether the picture came with the answer, as a data URI.
    var isData: Bool { url.prefix(5).lowercased() == "data:" }
}
