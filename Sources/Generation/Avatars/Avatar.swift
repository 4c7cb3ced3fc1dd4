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
    /// Whose it is, in the words of whoever keeps users: a bot's chat, a UUID.
    package var userID: String?
    package var configFileURL: String?
    /// fal's id of the training.
    package var trainingRequestID: String?
    /// Why the training failed, where `status` is `error`.
    package var trainingError: String?
    /// Of the LoRA file's bytes when they were pinned, in hexadecimal digits.
    package var loraSHA256: String?
    /// In bytes, when the file was pinned.
    package var loraSize: Int64?
    /// Put away: it makes no pictures and stands in no list.
    package var isArchived = false

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

extension Avatar {
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
        for field in AvatarField.allCases {
            if let value = self[field] { json.append(field.rawValue, value) }
        }
        return json
    }
}
