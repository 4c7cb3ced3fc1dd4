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
        let name = fact.file.name
        if let problem = fact.problem {
            return [TrainingFinding(.error, .unreadable, name, "it cannot be read (\(problem))", advice: "replace it")]
        }
        switch fact.file.kind {
        case .caption: return []
        case .photo: return ofPhoto(fact)
        case .otherPicture(let format):
            let message = "\(format) is not read by the trainers"
            return [TrainingFinding(.error, .unsupportedFormat, name, message, advice: "save it as JPEG or PNG")]
        case .other:
            let message = "it is neither a photo nor a caption, and is not used"
            return [TrainingFinding(.note, .notSent, name, message, advice: "leave it out")]
        }
    }

    private func ofPhoto(_ fact: PhotoFacts) -> [TrainingFinding] {
        let name = fact.file.name
        guard fact.file.size <= PhotoFacts.mostBytes else {
            let size = "\(fact.file.size / 1_000_000) MB"
            return [
                TrainingFinding(
                    .error, .tooManyBytes, name, "it has \(size), fal reads pictures of up to 50 MB",
                    advice: "save it smaller: 2048 pixels are enough")
            ]
        }
        guard let header = fact.header, header.format != .gif else {
            let message = fact.header == nil ? "it is no JPEG, PNG or WebP file" : "GIF is not read by the trainers"
            return [TrainingFinding(.error, .unsupportedFormat, name, message, advice: "save it as JPEG or PNG")]
        }
        guard header.isWhole else {
            let message = "it ends in the middle"
            return [TrainingFinding(.error, .damaged, name, message, advice: "copy it again from where it came")]
        }
        var findings = ofSize(name, header)
        if header.format == .webp {
            let message = "WebP: fal's errors name .jpg and .png as what its trainers read"
            findings.append(
                TrainingFinding(.note, .unusualFormat, name, message, advice: "save it as JPEG to be on the safe side"))
        }
        if let promised = PictureFormat(named: name), promised != header.format {
            let message = "it is a \(header.format.rawValue) file by another name"
            findings.append(
                TrainingFinding(
                    .note, .wrongExtension, name, message, advice: "call it .\(header.format.fileExtension)"))
        }
        if likenessProblem == nil, fact.likeness == nil {
            findings.append(
                TrainingFinding(
                    .note, .undecodable, name, "its pixels could not be read here", advice: "look whether it is whole"))
        }
        return findings
    }

    private func ofSize(_ name: String, _ header: PictureHeader) -> [TrainingFinding] {
        guard let width = header.width, let height = header.height else { return [] }
        let (shorter, longer) = (min(width, height), max(width, height))
        let size = "\(width) x \(height) pixels"
        if shorter < Self.leastSide {
            let message = "\(size): too small to learn from"
            return [
                TrainingFinding(.error, .tooSmall, name, message, advice: "take one of \(Self.advisedSide) or more")
            ]
        }
        if width.multipliedReportingOverflow(by: height).overflow || width * height > Self.mostPixels {
            let message = "\(size): readers refuse so many"
            return [TrainingFinding(.error, .tooManyPixels, name, message, advice: "save it at 2048 pixels")]
        }
        if shorter < Self.advisedSide {
            let message = "\(size): below the \(Self.advisedSide) that trainers work at"
            return [TrainingFinding(.note, .small, name, message, advice: "take a larger one if there is one")]
        }
        guard longer > 3 * shorter else { return [] }
        let message = "\(size): what is cropped to a square loses most of it"
        return [TrainingFinding(.note, .longShape, name, message, advice: "crop it to the subject")]
    }

    // MARK: The set

    private func count(_ count: Int) -> [TrainingFinding] {
        if count < trainer.leastPhotos {
            let message = "\(trainer.id) needs at least \(trainer.leastPhotos) photos, there are \(count)"
            return [TrainingFinding(.error, .tooFewPhotos, nil, message, advice: "add \(trainer.leastPhotos - count)")]
        }
        guard count < Self.advisedPhotos else { return [] }
        let message = "\(count) photo\(count == 1 ? "" : "s"), \(Self.advisedPhotos) or more are advised"
        return [
            TrainingFinding(.note, .fewPhotos, nil, message, advice: "add some from other sides and in other light")
        ]
    }

    private func sameNames(_ facts: [PhotoFacts]) -> [TrainingFinding] {
        zip(facts, facts.dropFirst()).compactMap { first, second in
            guard first.file.name == second.file.name else { return nil }
            return TrainingFinding(
                .error, .sameName, second.file.name, "two files have this name, and one would hide the other",
                advice: "rename one")
        }
    }

    private func duplicates(_ photos: [PhotoFacts]) -> [TrainingFinding] {
        var findings: [TrainingFinding] = []
        for (index, photo) in photos.enumerated() where photo.problem == nil && !photo.sha256.isEmpty {
            let earlier = photos[..<index]
            if let same = earlier.first(where: { $0.sha256 == photo.sha256 }) {
                findings.append(
                    TrainingFinding(
                        .error, .duplicate, photo.file.name, "it is the same file as \(same.file.name)",
                        advice: "remove one: what is there twice is learnt twice"))
            } else if let likeness = photo.likeness,
                let near = earlier.first(where: {
                    $0.likeness.map { $0.distance(to: likeness) <= Self.nearBits } == true
                })
            {
                findings.append(
                    TrainingFinding(
                        .note, .nearDuplicate, photo.file.name, "it looks like \(near.file.name)",
                        advice: "keep the better one"))
            }
        }
        if let likenessProblem {
            findings.append(
                TrainingFinding(
                    .note, .nearDuplicatesUnchecked, nil, "photos that look alike were not looked for",
                    advice: likenessProblem))
        }
        return findings
    }

    // MARK: Captions

    /// - Parameter captions: their texts by file name; nil for one that is no text.
    private func ofCaptions(
        _ photos: [PhotoFacts], _ files: [PhotoFacts], _ captions: [String: String?]
    ) -> [TrainingFinding] {
        let stems = Set(photos.map(\.file.stem))
        var findings = files.flatMap { ofCaption($0.file, stems, captions[$0.file.name] ?? nil) }
        let captioned = Set(files.map(\.file.stem))
        let missing = photos.filter { !captioned.contains($0.file.stem) && !$0.file.stem.hasSuffix("_mask") }
        if missing.count < photos.count, let first = missing.first {
            let others = missing.count > 1 ? " and \(missing.count - 1) more" : ""
            findings.append(
                TrainingFinding(
                    .note, .captionsMissing, first.file.name, "it has no caption\(others.isEmpty ? "" : ",\(others)")",
                    advice: "caption all photos, or none"))
        }
        return findings
    }

    private func ofCaption(_ file: PhotoFile, _ stems: Set<String>, _ text: String?) -> [TrainingFinding] {
        guard stems.contains(file.stem) else {
            let message = "no photo \(file.stem).jpg, .png or .webp belongs to this caption"
            return [
                TrainingFinding(
                    .note, .captionWithoutPhoto, file.name, message, advice: "call both the same, or remove it")
            ]
        }
        guard let text else {
            return [
                TrainingFinding(
                    .error, .captionUnreadable, file.name, "it is not UTF-8 text", advice: "save it as UTF-8")
            ]
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            return [TrainingFinding(.note, .captionEmpty, file.name, "it is empty", advice: "describe the photo")]
        }
        if text.contains("[trigger]") || Phrase.contains(trigger, in: text) { return [] }
        return [
            TrainingFinding(
                .note, .captionWithoutTrigger, file.name, "it does not name the subject",
                advice: "write [trigger] where it is: the trainer puts '\(trigger)' there")
        ]
    }
}
