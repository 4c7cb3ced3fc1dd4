package import EventLoop

/// Runs the jobs of a batch side by side.
@LoopActor
package struct BatchRunner {
    /// How many jobs are worked on at a time.
    private let concurrency: Int
    private let perform: @LoopActor @Sendable (BatchJob) async throws(BatchFailure) -> BatchPictures
    private let report: @LoopActor (BatchEvent) -> Void

    /// - Parameter perform: makes the pictures of a job and saves them.
    package init(
        concurrency: Int,
        perform: @escaping @LoopActor @Sendable (BatchJob) async throws(BatchFailure) -> BatchPictures,
        report: @escaping @LoopActor (BatchEvent) -> Void
    ) {
        self.concurrency = max(1, concurrency)
        self.perform = perform
        self.report = report
    }

    /// Works on all jobs in their order; returns why it stopped early, nil when every job had its turn.
    ///
    /// A cancelled task starts no more jobs; those that it cuts off are not reported.
    package func run(_ jobs: [BatchJob]) async -> BatchFailure? {
        var ending: BatchFailure?
        await withTaskGroup(of: (BatchJob, Result<BatchPictures, BatchFailure>).self) { group in
            var waiting = jobs.makeIterator()
            @LoopActor func startNext() {
                guard ending == nil, !group.isCancelled, let job = waiting.next() else { return }
                report(.started(job))
                group.addTask { [perform] in (job, await Self.result(of: job, perform)) }
            }
            for _ in 0..<concurrency { startNext() }
            while let (job, result) = await group.next() {
                switch result {
                case .success(let pictures): report(.completed(job, pictures))
                case .failure where group.isCancelled: break
                case .failure(let failure):
                    report(.failed(job, failure))
                    if failure.endsBatch { ending = ending ?? failure }
                }
                startNext()
            }
        }
        return ending
    }

    private static func result(
        of job: BatchJob, _ perform: @LoopActor @Sendable (BatchJob) async throws(BatchFailure) -> BatchPictures
    ) async -> Result<BatchPictures, BatchFailure> {
        do throws(BatchFailure) {
            return .success(try await perform(job))
        } catch {
            return .failure(error)
        }
    }
}
