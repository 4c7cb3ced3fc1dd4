package import JSON

/// A trained subject, as the bot's database describes it (DESIGN.md §1).
package struct Avatar: Sendable, Equatable {
    package var id: String
    package var name: String
    /// `portrait` or `style`; any other word is kept and refused when a picture is asked for.
    package var trainingType: String
    /// `completed` when it can make pictures; the other words are those of the bot.
    package var status: String
    /// The LoRA weights of a portrait avatar.
    package var diffusersLoraFileURL: String?
    package var triggerPhrase: String?
    /// fal's id of a style avatar's model.
    package var finetuneID: String?
    package var triggerWord: String?
    private var record: AvatarRecord.Box?

    package init(
        id: String, name: String, trainingType: String, status: String, diffusersLoraFileURL: String? = nil,
        triggerPhrase: String? = nil, finetuneID: String? = nil, triggerWord: String? = nil
    ) {
        self.id = id
        self.name = name
        self.trainingType = trainingType
        self.status = status
        self.diffusersLoraFileURL = diffusersLoraFileURL
        self.triggerPhrase = triggerPhrase
        self.finetuneID = finetuneID
        self.triggerWord = triggerWord
    }
}

/// What the keeping of an avatar needs and no generation does.
private struct AvatarRecord: Sendable, Equatable {
    var userID: String?
    var configFileURL: String?
    var trainingRequestID: String?
    var trainingError: String?
    var loraSHA256: String?
    var loraSize: Int64?
    var loraValidator: String?
    var isArchived = false

    /// Behind one reference: avatars are copied with every generation.
    indirect enum Box: Sendable, Equatable {
        case record(AvatarRecord)
    }
}

extension Avatar {
    private var kept: AvatarRecord {
        get { if case .record(let record)? = record { record } else { AvatarRecord() } }
        set { record = newValue == AvatarRecord() ? nil : .record(newValue) }
    }

    /// Whose it is, in the words of whoever keeps users: a bot's chat, a UUID.
    package var userID: String? {
        get { kept.userID }
        set { kept.userID = newValue }
    }
    /// The training's config, where fal gave one.
    package var configFileURL: String? {
        get { kept.configFileURL }
        set { kept.configFileURL = newValue }
    }
    /// fal's id of the training.
    package var trainingRequestID: String? {
        get { kept.trainingRequestID }
        set { kept.trainingRequestID = newValue }
    }
    /// Why the training failed, where `status` is `error`.
    package var trainingError: String? {
        get { kept.trainingError }
        set { kept.trainingError = newValue }
    }
    /// Of the LoRA file's bytes when they were pinned, in hexadecimal digits.
    package var loraSHA256: String? {
        get { kept.loraSHA256 }
        set { kept.loraSHA256 = newValue }
    }
    /// In bytes, when the file was pinned.
    package var loraSize: Int64? {
        get { kept.loraSize }
        set { kept.loraSize = newValue }
    }
    /// What the server called the file when it was pinned: its ETag, else its Last-Modified.
    package var loraValidator: String? {
        get { kept.loraValidator }
        set { kept.loraValidator = newValue }
    }
    /// Put away: it makes no pictures and stands in no list.
    package var isArchived: Bool {
        get { if case .record(let record)? = record { record.isArchived } else { false } }
        set { kept.isArchived = newValue }
    }

    /// The longest id that is accepted, in bytes.
    package static let longestID = 200

    /// Reads an avatar from an object with the field names of `AvatarField`; other fields are ignored.
    ///
    /// A null or empty optional field counts as absent. Throws one `validation` error that names every field at fault.
    package init(json: JSONObject) throws(GenerationError) {
        var reader = AvatarReader()
        self = reader.read(json, at: nil)
        guard reader.problems.isEmpty else { throw .invalidAvatars(reader.problems, file: nil) }
    }

    /// The avatar with the field names of `AvatarField`; what is absent is left out.
    package var json: JSONObject {
        var json = JSONObject()
        json.reserveCapacity(8)
        for field in AvatarField.allCases where field.isOfModel || record != nil {
            if let value = self[field] { json.append(field.rawValue, value) }
        }
        return json
    }
}
