package import FalClient
package import Generation

/// What of a training would be refused or badly learnt.
package enum TrainingFault: Sendable {
    /// How many there are and have to be, for a trainer.
    case tooFewPhotos(Int, needed: Int, trainer: String)
    case fewPhotos(Int)
    /// With why it cannot be read, in the system's words.
    case unreadable(String)
    /// A picture's format by its name, `HEIC`.
    case unsupportedFormat(String)
    /// None of a picture at all.
    case noPicture
    case webP
    /// What its bytes are, against what its name promises.
    case wrongExtension(PictureFormat)
    case damaged
    case undecodable
    case tooManyBytes(Int)
    case tooManyPixels(Pixels)
    case tooSmall(Pixels)
    case small(Pixels)
    case longShape(Pixels)
    /// The other file of the two.
    case duplicate(String)
    case nearDuplicate(String)
    /// With why they cannot be looked for.
    case nearDuplicatesUnchecked(String)
    case sameName
    /// Neither a photo nor a caption.
    case notUsed
    case folderWithin
    /// The stem of the photo that is not there.
    case captionWithoutPhoto(String)
    case captionWithoutTrigger(String)
    case captionUnreadable
    case captionEmpty
    /// How many photos besides this one have none.
    case captionsMissing(others: Int)
    case commonTrigger(AvatarFault)
    case deprecatedTrainer

    /// A photo's size.
    package struct Pixels: Sendable {
        let width: Int
        let height: Int

        func text(in language: Language) -> String {
            language.wording("\(width) x \(height) pixels", "\(width) x \(height) пикселей")
        }
    }

    /// What is wrong, without the file's name.
    package func message(in language: Language) -> String { language.wording(englishMessage, russianMessage) }

    /// What to do.
    package func advice(in language: Language) -> String { language.wording(englishAdvice, russianAdvice) }

    /// What a program branches on.
    package enum Code: String, Sendable, CaseIterable {
        case tooFewPhotos = "too_few_photos"
        case fewPhotos = "few_photos"
        case unreadable
        case unsupportedFormat = "unsupported_format"
        case unusualFormat = "unusual_format"
        case wrongExtension = "wrong_extension"
        case damaged
        case undecodable
        case tooManyBytes = "too_many_bytes"
        case tooManyPixels = "too_many_pixels"
        case tooSmall = "too_small"
        case small
        case longShape = "long_shape"
        case duplicate
        case nearDuplicate = "near_duplicate"
        case nearDuplicatesUnchecked = "near_duplicates_unchecked"
        case sameName = "same_name"
        case notSent = "not_sent"
        case captionWithoutPhoto = "caption_without_photo"
        case captionWithoutTrigger = "caption_without_trigger"
        case captionUnreadable = "caption_unreadable"
        case captionEmpty = "caption_empty"
        case captionsMissing = "captions_missing"
        case commonTrigger = "common_trigger"
        case deprecatedTrainer = "deprecated_trainer"
    }

    package var code: Code {
        switch self {
        case .tooFewPhotos: .tooFewPhotos
        case .fewPhotos: .fewPhotos
        case .unreadable: .unreadable
        case .unsupportedFormat, .noPicture: .unsupportedFormat
        case .webP: .unusualFormat
        case .wrongExtension: .wrongExtension
        case .damaged: .damaged
        case .undecodable: .undecodable
        case .tooManyBytes: .tooManyBytes
        case .tooManyPixels: .tooManyPixels
        case .tooSmall: .tooSmall
        case .small: .small
        case .longShape: .longShape
        case .duplicate: .duplicate
        case .nearDuplicate: .nearDuplicate
        case .nearDuplicatesUnchecked: .nearDuplicatesUnchecked
        case .sameName: .sameName
        case .notUsed, .folderWithin: .notSent
        case .captionWithoutPhoto: .captionWithoutPhoto
        case .captionWithoutTrigger: .captionWithoutTrigger
        case .captionUnreadable: .captionUnreadable
        case .captionEmpty: .captionEmpty
        case .captionsMissing: .captionsMissing
        case .commonTrigger: .commonTrigger
        case .deprecatedTrainer: .deprecatedTrainer
        }
    }

    package var level: TrainingFinding.Level {
        switch code {
        case .tooFewPhotos, .unreadable, .unsupportedFormat, .damaged, .tooManyBytes, .tooManyPixels, .tooSmall,
            .duplicate, .sameName, .captionUnreadable:
            .error
        case .fewPhotos, .unusualFormat, .wrongExtension, .undecodable, .small, .longShape, .nearDuplicate,
            .nearDuplicatesUnchecked, .notSent, .captionWithoutPhoto, .captionWithoutTrigger, .captionEmpty,
            .captionsMissing, .commonTrigger, .deprecatedTrainer:
            .note
        }
    }
}
