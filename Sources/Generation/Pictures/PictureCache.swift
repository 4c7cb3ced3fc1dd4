package import EventLoop
internal import FalClient
internal import JSON

/// Answers a request with the kept pictures of an equal one, where its caller or its preset asks for that.
@LoopActor
package final class PictureCache {
    /// Which earlier requests answer one.
    package enum Use: Sendable, Equatable {
        /// Those with all the same arguments.
        case exact
        /// Those that differ in nothing but the seed: the caller gave none.
        case anySeed
    }

    private let ledger: any JobLedger
    private let index: any PictureIndex
    private let keeper: @LoopActor () throws -> PictureKeeper

    /// - Parameter keeper: makes what keeps the pictures, when it is first needed.
    package init(
        ledger: any JobLedger, index: any PictureIndex, keeper: @escaping @LoopActor () throws -> PictureKeeper
    ) {
        self.ledger = ledger
        self.index = index
        self.keeper = keeper
    }

    /// The oldest job that answers, with all its pictures; nil when there is none, or its files have gone or changed.
    ///
    /// A simulator's pictures answer no request to fal, and the other way round.
    func answer(
        to order: JobOrder, _ use: Use, in run: Run
    ) async throws(GenerationError) -> (job: Job, pictures: [KeptPicture])? {
        guard let key = RequestKey(order) else { return nil }
        let candidates = try await index.jobs(
            answering: key, anySeed: use == .anySeed, simulated: run.isSimulated, limit: Self.mostCandidates)
        let keeper = try self.madeKeeper()
        for id in candidates {
            guard let job = try await ledger.job(id) else { continue }
            // A picture that fal's checker made black: another seed may pass it.
            if use == .anySeed, job.state.output?.isFlagged == true { continue }
            if let pictures = try await keeper.kept(of: job) { return (job, pictures) }
        }
        return nil
    }

    func keep(_ sources: [PictureSource]) async throws(GenerationError) -> [KeptPicture] {
        let keeper = try madeKeeper()
        var pictures: [KeptPicture] = []
        for source in sources { pictures.append(try await keeper.keep(source)) }
        return pictures
    }

    private func madeKeeper() throws(GenerationError) -> PictureKeeper {
        do {
            return try keeper()
        } catch let error as GenerationError {
            throw error
        } catch {
            throw .fal(FalError(.storage, "\(error)"))
        }
    }

    private static let mostCandidates = 8
}

extension PictureKeeper {
    /// All pictures of a job as they are kept, without asking its server; nil when one is missing or has changed.
    func kept(of job: Job) async throws(GenerationError) -> [KeptPicture]? {
        var pictures: [KeptPicture] = []
        for source in PictureSource.all(of: job) {
            guard let picture = try await existing(source) else { return nil }
            pictures.append(picture)
        }
        return pictures.isEmpty ? nil : pictures
    }
}

extension JobOutput {
    fileprivate var isFlagged: Bool {
        output["has_nsfw_concepts"]?.arrayValue?.contains { $0.boolValue == true } ?? false
    }

    /// The output with what is known of its pictures here: each one's `path`, and `cached`.
    func withFiles(_ pictures: [KeptPicture]) -> JSONValue {
        guard case .object(var output) = output, case .array(var images)? = output["images"] else { return output }
        var number = 0
        for place in images.indices {
            guard case .object(var image) = images[place], image["url"]?.stringValue?.isEmpty == false else { continue }
            number += 1
            guard let picture = pictures.first(where: { $0.index == number }) else { continue }
            image["path"] = .string(picture.path)
            images[place] = .object(image)
        }
        output["images"] = .array(images)
        output["cached"] = true
        return .object(output)
    }
}
