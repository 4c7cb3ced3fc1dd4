import EventLoop
import Generation
import Logging
import Store

/// Gives each picture that is kept its receipt. What cannot be written is told, and no more: the picture is paid for,
/// and the ledger has what a receipt has.
@LoopActor
struct PictureReceipts {
    /// The run of this process.
    let run: Run
    let ledger: (any JobLedger)?
    let logger: Logger

    /// A PNG has its receipt in it before it is hashed and stored, so that content and hash go together.
    func join(_ pictures: PictureKeeper) {
        pictures.preparations.append(embed)
        pictures.observers.append(write)
    }

    private func embed(_ path: String, _ source: PictureSource) async {
        do {
            let run = try await run(of: source)
            try await Self.offLoop {
                try ReceiptFile.embed(in: path) { sha256, width, height in
                    let picture = Receipt.Picture(
                        index: source.index, url: source.recordedURL, sha256: sha256, width: width, height: height,
                        contentType: "image/png")
                    return Receipt(source, of: run, picture: picture)
                }
            }
        } catch {
            logger.warning("a picture of job \(source.job) has no receipt in it: \(error)")
        }
    }

    private func write(_ kept: KeptPicture, _ source: PictureSource) async {
        do {
            let run = try await run(of: source)
            try await Self.offLoop {
                let receipt = try ReceiptFile.embedded(in: kept.path)
                try ReceiptFile.write(
                    receipt ?? Receipt(source, of: run, picture: Receipt.Picture(kept)), for: kept.path)
            }
        } catch {
            logger.warning("'\(kept.path)' is kept without the receipt beside it: \(error)")
        }
    }

    /// A picture that `resume` fetches is of an earlier run.
    private func run(of source: PictureSource) async throws(GenerationError) -> Run {
        if source.run == run.id { return run }
        guard let found = try await ledger?.run(source.run) else {
            throw .storage(path: source.run, .other(reason: "the ledger has no such run"))
        }
        return found
    }

    /// Runs what waits for the disk in the global pool.
    private static func offLoop(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { try await concurrently(body) }
    }

    @concurrent private nonisolated static func concurrently(_ body: @Sendable () throws -> Void) async throws {
        try body()
    }
}
