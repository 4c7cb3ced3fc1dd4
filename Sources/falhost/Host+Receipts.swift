import EventLoop
import FalClient
import Generation
import Store

extension Host {
    /// The receipt that the ledger can give for a picture that has lost its own; nil for one that it does not know.
    func recordedReceipt(of picture: String) async throws -> Receipt? {
        nil
    }

    func keepPictures(of result: GenerationResult) async throws -> [String] {
        var files: [String] = []
        for image in result.images { files.append(try await saveImage(image.url)) }
        return files
    }
}
