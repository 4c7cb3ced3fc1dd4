package import JSON

/// One thing that a look at the photos has brought up, and what to do about it.
package struct TrainingFinding: Sendable, Equatable {
    package enum Level: String, Sendable {
        /// The trainer would refuse the set, or learn from less than was given: nothing is sent.
        case error
        case note
    }
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
    package let level: Level
    package let code: Code
    /// The name of the file that it is about; nil for the whole set.
    package let file: String?
    package let message: String
    package let advice: String

    package init(_ level: Level, _ code: Code, _ file: String?, _ message: String, advice: String) {
        self.level = level
        self.code = code
        self.file = file
        self.message = message
        self.advice = advice
    }

    /// `IMG_1.heic: HEIC is not read by the trainers; save it as JPEG`
    package var text: String { (file.map { "\($0): " } ?? "") + "\(message); \(advice)" }

    package var json: JSONObject {
        var json: JSONObject = ["level": .string(level.rawValue), "code": .string(code.rawValue)]
        if let file { json.append("file", .string(file)) }
        json.append("message", .string(message))
        json.append("advice", .string(advice))
        return json
    }
}
