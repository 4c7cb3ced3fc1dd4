internal import FalClient
internal import Gallery
internal import Generation

/// Looks for what a trainer would refuse or learn badly from; a value, so that it can be asked without any file.
struct PhotoLint {
    let trainer: Trainer
    let trigger: String
    /// Why pictures that only look alike cannot be found; nil where they can.
    let likenessProblem: String?

    /// Fewer give a model that knows too little of its subject (fal's advice for its portrait trainer).
    static let advisedPhotos = 10
    /// The shorter side; fal's trainers work at 512 and above.
    static let advisedSide = 512
    /// The shorter side below which nothing of a subject is left.
    static let leastSide = 128
    /// What Pillow, which most trainers read photos with, refuses as a bomb: twice 89,478,485 pixels.
    static let mostPixels = 178_956_970
    /// Bits of 64 that may differ between two pictures that look the same.
    static let nearBits = 6

    func findings(_ facts: [PhotoFacts], captions: [String: String?]) -> [TrainingFinding] {
        let photos = facts.filter { $0.file.kind == .photo }
        var findings = facts.flatMap { ofFile($0) }
        findings += sameNames(facts)
        findings += duplicates(photos)
        findings += ofCaptions(photos, facts.filter { $0.file.kind == .caption }, captions)
        findings += count(photos.count { Self.isUsable($0) })
        return findings.filter { $0.level == .error } + findings.filter { $0.level == .note }
    }

    private static func isUsable(_ photo: PhotoFacts) -> Bool { photo.header != nil }

    // MARK: One file

    private func ofFile(_ fact: PhotoFacts) -> [TrainingFinding] {
        if let problem = fact.problem { return [TrainingFinding(fact.file.name, .unreadable(problem))] }
        let faults: [TrainingFault] =
            switch fact.file.kind {
            case .caption: []
            case .photo: faults(ofPhoto: fact)
            case .otherPicture(let format): [.unsupportedFormat(format)]
            case .other: [.notUsed]
            }
        return faults.map { TrainingFinding(fact.file.name, $0) }
    }

    private func faults(ofPhoto fact: PhotoFacts) -> [TrainingFault] {
        guard fact.file.size <= PhotoFacts.mostBytes else { return [.tooManyBytes(fact.file.size)] }
        guard let header = fact.header else { return [.noPicture] }
        if header.format == .gif { return [.unsupportedFormat("GIF")] }
        guard header.isWhole else { return [.damaged] }
        var faults: [TrainingFault] = []
        if let fault = Self.fault(ofSize: header) { faults.append(fault) }
        if header.format == .webp { faults.append(.webP) }
        if let promised = PictureFormat(named: fact.file.name), promised != header.format {
            faults.append(.wrongExtension(header.format))
        }
        if likenessProblem == nil, fact.likeness == nil { faults.append(.undecodable) }
        return faults
    }

    private static func fault(ofSize header: PictureHeader) -> TrainingFault? {
        guard let width = header.width, let height = header.height else { return nil }
        let size = TrainingFault.Pixels(width: width, height: height)
        let (shorter, longer) = (min(width, height), max(width, height))
        if shorter < leastSide { return .tooSmall(size) }
        if width.multipliedReportingOverflow(by: height).overflow || width * height > mostPixels {
            return .tooManyPixels(size)
        }
        if shorter < advisedSide { return .small(size) }
        return longer > 3 * shorter ? .longShape(size) : nil
    }

    // MARK: The set

    private func count(_ count: Int) -> [TrainingFinding] {
        if count < trainer.leastPhotos {
            let fault = TrainingFault.tooFewPhotos(count, needed: trainer.leastPhotos, trainer: trainer.id)
            return [TrainingFinding(nil, fault)]
        }
        return count < Self.advisedPhotos ? [TrainingFinding(nil, .fewPhotos(count))] : []
    }

    private func sameNames(_ facts: [PhotoFacts]) -> [TrainingFinding] {
        zip(facts, facts.dropFirst()).compactMap { first, second in
            first.file.name == second.file.name ? TrainingFinding(second.file.name, .sameName) : nil
        }
    }

    private func duplicates(_ photos: [PhotoFacts]) -> [TrainingFinding] {
        var findings: [TrainingFinding] = []
        for (index, photo) in photos.enumerated() where photo.problem == nil && !photo.sha256.isEmpty {
            let earlier = photos[..<index]
            if let same = earlier.first(where: { $0.sha256 == photo.sha256 }) {
                findings.append(TrainingFinding(photo.file.name, .duplicate(same.file.name)))
            } else if let likeness = photo.likeness,
                let near = earlier.first(where: {
                    $0.likeness.map { $0.distance(to: likeness) <= Self.nearBits } == true
                })
            {
                findings.append(TrainingFinding(photo.file.name, .nearDuplicate(near.file.name)))
            }
        }
        if let likenessProblem { findings.append(TrainingFinding(nil, .nearDuplicatesUnchecked(likenessProblem))) }
        return findings
    }

    // MARK: Captions

    /// - Parameter captions: their texts by file name; nil for one that is no text.
    private func ofCaptions(
        _ photos: [PhotoFacts], _ files: [PhotoFacts], _ captions: [String: String?]
    ) -> [TrainingFinding] {
        let stems = Set(photos.map(\.file.stem))
        var findings = files.compactMap { file in
            fault(ofCaption: file.file, stems, captions[file.file.name] ?? nil).map {
                TrainingFinding(file.file.name, $0)
            }
        }
        let captioned = Set(files.map(\.file.stem))
        let missing = photos.filter { !captioned.contains($0.file.stem) && !$0.file.stem.hasSuffix("_mask") }
        if missing.count < photos.count, let first = missing.first {
            findings.append(TrainingFinding(first.file.name, .captionsMissing(others: missing.count - 1)))
        }
        return findings
    }

    private func fault(ofCaption file: PhotoFile, _ stems: Set<String>, _ text: String?) -> TrainingFault? {
        guard stems.contains(file.stem) else { return .captionWithoutPhoto(file.stem) }
        guard let text else { return .captionUnreadable }
        guard text.contains(where: { !$0.isWhitespace }) else { return .captionEmpty }
        if text.contains("[trigger]") || Phrase.contains(trigger, in: text) { return nil }
        return .captionWithoutTrigger(trigger)
    }
}
