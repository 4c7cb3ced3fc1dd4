package import FalClient
internal import Gallery
internal import Generation

/// Photos that have been looked at, and what was found.
package struct CheckedPhotos: Sendable {
    package let findings: [TrainingFinding]
    /// How many photos would be sent.
    package let count: Int
    /// What they have in bytes, captions included.
    package let bytes: Int
    /// Files that are sent, in the archive's order.
    let sent: [PhotoFacts]
    /// The archive that they came in; nil where one is to be packed.
    package let archive: String?

    package var errors: [TrainingFinding] { findings.filter { $0.level == .error } }

    /// Looks at all files, off the loop.
    package static func read(
        _ paths: [String], trainer: Trainer, trigger: String
    ) async throws(FalError) -> CheckedPhotos {
        let result = await checked(paths, trainer, trigger)
        do throws(ArchiveError) {
            return try result.get()
        } catch {
            throw FalError(.storage, "the photos cannot be read: \(error)")
        }
    }

    @concurrent private static func checked(
        _ paths: [String], _ trainer: Trainer, _ trigger: String
    ) async -> Result<CheckedPhotos, ArchiveError> {
        let set: PhotoSet
        do throws(ArchiveError) {
            set = try PhotoSet(paths: paths)
        } catch {
            return .failure(error)
        }
        let facts = await PhotoFacts.read(set.files)
        var captions: [String: String?] = [:]
        for file in set.files where file.kind == .caption {
            // What cannot be read is told of by its facts.
            captions[file.name] = .some((try? file.bytes()).flatMap { String(validating: $0, as: UTF8.self) })
        }
        let lint = PhotoLint(trainer: trainer, trigger: trigger, likenessProblem: PictureLikeness.problem)
        let stems = Set(facts.filter { $0.file.kind == .photo }.map(\.file.stem))
        let sent = facts.filter { fact in
            fact.file.kind == .photo || fact.file.kind == .caption && stems.contains(fact.file.stem)
        }
        return .success(
            CheckedPhotos(
                findings: lint.findings(facts, captions: captions) + set.findings,
                count: sent.count { $0.file.kind == .photo && !$0.file.stem.hasSuffix("_mask") },
                bytes: sent.reduce(0) { $0 + $1.file.size }, sent: sent, archive: set.archive))
    }
}
