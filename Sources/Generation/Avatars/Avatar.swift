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

    /// Reads an avatar from an object with the field names of DESIGN.md §1; other fields are ignored.
    ///
    /// A null or empty optional field counts as absent. Throws one `validation` error that names every field at fault.
    package init(json: JSONObject) throws(GenerationError) {
        var reader = AvatarReader(json: json, index: nil)
        let avatar = reader.read()
        guard let avatar, reader.problems.isEmpty else { throw .invalidAvatars(reader.problems, file: nil) }
        self = avatar
    }

    /// The avatar with the field names of DESIGN.md §1; what is absent is left out.
    package var json: JSONObject {
        var json = JSONObject()
        json.reserveCapacity(8)
        json.append("id", .string(id))
        json.append("name", .string(name))
        json.append("training_type", .string(trainingType))
        json.append("status", .string(status))
        if let diffusersLoraFileURL { json.append("diffusers_lora_file_url", .string(diffusersLoraFileURL)) }
        if let triggerPhrase { json.append("trigger_phrase", .string(triggerPhrase)) }
        if let finetuneID { json.append("finetune_id", .string(finetuneID)) }
        if let triggerWord { json.append("trigger_word", .string(triggerWord)) }
        return json
    }
}
