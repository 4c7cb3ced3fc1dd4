internal import EventLoop
internal import FalClient

/// Pictures of jobs that are done.
extension JobRecovery {
    /// Fetches the pictures that runs wanted to keep and did not come to, as far as nobody else is at it.
    ///
    /// A picture that is gone is told of once: it is not asked for again.
    package func fetchPictures(
        run: String?, report: @LoopActor @Sendable (RecoveredJob) -> Void
    ) async throws(GenerationError) {
        guard let index = ledger as? any PictureIndex else { return }
        let lacking = Dictionary(grouping: try await index.jobsLackingPictures(run: run), by: \.run)
        for (run, _) in lacking.sorted(by: { $0.key < $1.key }) {
            guard try await ledger.run(run)?.server == client.hosts.queue, try await ledger.claim(run) else { continue }
            let result: Result<Void, GenerationError>
            do throws(GenerationError) {
                // Again: until the run was claimed another process may have fetched some.
                for job in try await index.jobsLackingPictures(run: run) {
                    let (files, failure) = try await savePictures(of: job)
                    report(
                        RecoveredJob(job: job, files: files, remark: failure, isPictureMissing: failure != nil))
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await ledger.release(run)
            try result.get()
        }
    }

    /// Saves what can be had; the sentence says what cannot.
    func savePictures(of job: Job) async throws(GenerationError) -> ([String], String?) {
        var files: [String] = []
        var failure: String?
        for source in PictureSource.all(of: job) {
            do throws(GenerationError) {
                files.append(try await save(source))
            } catch {
                if case .fal(let error) = error, error.code == .cancelled { throw .fal(error) }
                failure = failure ?? "\(error.message(in: .english)); the picture is at \(source.recordedURL)"
            }
        }
        return (files, failure)
    }
}
