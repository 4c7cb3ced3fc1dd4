internal import FalClient
internal import Generation

extension TrainingFault {
    var englishMessage: String {
        switch self {
        case .tooFewPhotos(let count, let needed, let trainer):
            "\(trainer) needs at least \(needed) photos, there are \(count)"
        case .fewPhotos(let count):
            "\(count) photo\(count == 1 ? "" : "s"), \(PhotoLint.advisedPhotos) or more are advised"
        case .unreadable(let reason): "it cannot be read (\(reason))"
        case .unsupportedFormat(let format): "\(format) is not read by the trainers"
        case .noPicture: "it is no JPEG, PNG or WebP file"
        case .webP: "WebP: fal's errors name .jpg and .png as what its trainers read"
        case .wrongExtension(let format): "it is a \(format.rawValue) file by another name"
        case .damaged: "it ends in the middle"
        case .undecodable: "its pixels could not be read here"
        case .tooManyBytes(let bytes): "it has \(bytes / 1_000_000) MB, fal reads pictures of up to 50 MB"
        case .tooManyPixels(let size): "\(size.text(in: .english)): readers refuse so many"
        case .tooSmall(let size): "\(size.text(in: .english)): too small to learn from"
        case .small(let size): "\(size.text(in: .english)): below the \(PhotoLint.advisedSide) that trainers work at"
        case .longShape(let size): "\(size.text(in: .english)): what is cropped to a square loses most of it"
        case .duplicate(let other): "it is the same file as \(other)"
        case .nearDuplicate(let other): "it looks like \(other)"
        case .nearDuplicatesUnchecked: "photos that look alike were not looked for"
        case .sameName: "two files have this name, and one would hide the other"
        case .notUsed: "it is neither a photo nor a caption, and is not used"
        case .folderWithin: "a folder within the folder is not sent"
        case .captionWithoutPhoto(let stem): "no photo \(stem).jpg, .png or .webp belongs to this caption"
        case .captionWithoutTrigger: "it does not name the subject"
        case .captionUnreadable: "it is not UTF-8 text"
        case .captionEmpty: "it is empty"
        case .captionsMissing(let others): "it has no caption\(others > 0 ? ", and \(others) more" : "")"
        case .commonTrigger(let fault): fault.message(in: .english)
        case .deprecatedTrainer: Trainer.deprecation(in: .english)
        }
    }

    var englishAdvice: String {
        switch self {
        case .tooFewPhotos(let count, let needed, _): "add \(needed - count)"
        case .fewPhotos: "add some from other sides and in other light"
        case .unreadable: "replace it"
        case .unsupportedFormat, .noPicture: "save it as JPEG or PNG"
        case .webP: "save it as JPEG to be on the safe side"
        case .wrongExtension(let format): "call it .\(format.fileExtension)"
        case .damaged: "copy it again from where it came"
        case .undecodable: "look whether it is whole"
        case .tooManyBytes: "save it smaller: 2048 pixels are enough"
        case .tooManyPixels: "save it at 2048 pixels"
        case .tooSmall: "take one of \(PhotoLint.advisedSide) or more"
        case .small: "take a larger one if there is one"
        case .longShape: "crop it to the subject"
        case .duplicate: "remove one: what is there twice is learnt twice"
        case .nearDuplicate: "keep the better one"
        case .nearDuplicatesUnchecked(let reason): reason
        case .sameName: "rename one"
        case .notUsed: "leave it out"
        case .folderWithin: "move its photos up, or name it as well"
        case .captionWithoutPhoto: "call both the same, or remove it"
        case .captionWithoutTrigger(let trigger): "write [trigger] where it is: the trainer puts '\(trigger)' there"
        case .captionUnreadable: "save it as UTF-8"
        case .captionEmpty: "describe the photo"
        case .captionsMissing: "caption all photos, or none"
        case .commonTrigger: "take a word that nobody writes, like TOK"
        case .deprecatedTrainer: "leave --endpoint out to use that"
        }
    }
}
