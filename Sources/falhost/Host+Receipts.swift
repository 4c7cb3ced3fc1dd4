import EventLoop
import FalClient
import Generation
import Store

extension Host {
    /// The receipt that the ledger can give for a picture that has lost its own; nil for one that it does not know.
    func recordedReceipt(of picture: String) async throws -> Receipt? {
        // Without a ledger, or a place for one, it knows none.
        guard let ledger = try? ledger(), let index = ledger as? any PictureIndex,
            let sha256 = try ReceiptFile.digest(of: picture)
        else { return nil }
        let path = Project.absolute(picture)
        let here = try await index.pictures(at: path).filter { $0.sha256 == sha256 }
        let found = here.isEmpty ? try await index.pictures(withContent: sha256) : here
        guard let kept = found.first, let job = try await ledger.job(kept.job), let run = try await ledger.run(job.run),
            let source = PictureSource.all(of: job).first(where: { $0.index == kept.index })
        else { return nil }
        return Receipt(source, of: run, picture: Receipt.Picture(kept))
    }
}
