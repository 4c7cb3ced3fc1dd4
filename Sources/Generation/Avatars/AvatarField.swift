package import JSON

/// The fields of an avatar by the names that scripts, files and the bot's database have for them.
package enum AvatarField: String, Sendable, CaseIterable {
    case id
    case name
    case trainingType = "training_type"
    case status
    case diffusersLoraFileURL = "diffusers_lora_file_url"
    case triggerPhrase = "trigger_phrase"
    case finetuneID = "finetune_id"
    case triggerWord = "trigger_word"
    case userID = "user_id"
    case configFileURL = "config_file_url"
    case trainingRequestID = "training_request_id"
    case trainingError = "training_error"
    case loraSHA256 = "lora_sha256"
    case loraSize = "lora_size"
    case loraValidator = "lora_validator"
    case archived

    /// Whether generations need it, and not the keeping of avatars alone.
    var isOfModel: Bool {
        switch self {
        case .id, .name, .trainingType, .status, .diffusersLoraFileURL, .triggerPhrase, .finetuneID, .triggerWord: true
        default: false
        }
    }
}

extension Avatar {
    /// The words that `status` may be, in the order in which an avatar goes through them.
    package static let statuses = [
        "draft", "photos_uploading", "ready_for_training", "training", "completed", "error", "cancelled",
    ]

    /// A field's value; nil where it is absent.
    package subscript(field: AvatarField) -> JSONValue? {
        switch field {
        case .id: .string(id)
        case .name: .string(name)
        case .trainingType: .string(trainingType)
        case .status: .string(status)
        case .diffusersLoraFileURL: diffusersLoraFileURL.map(JSONValue.string)
        case .triggerPhrase: triggerPhrase.map(JSONValue.string)
        case .finetuneID: finetuneID.map(JSONValue.string)
        case .triggerWord: triggerWord.map(JSONValue.string)
        case .userID: userID.map(JSONValue.string)
        case .configFileURL: configFileURL.map(JSONValue.string)
        case .trainingRequestID: trainingRequestID.map(JSONValue.string)
        case .trainingError: trainingError.map(JSONValue.string)
        case .loraSHA256: loraSHA256.map(JSONValue.string)
        case .loraSize: loraSize.map(JSONValue.integer)
        case .loraValidator: loraValidator.map(JSONValue.string)
        case .archived: isArchived ? .bool(true) : nil
        }
    }

    /// Sets a field, or removes it: null and an empty text count as absent. Returns what is wrong with the value.
    mutating func set(_ field: AvatarField, _ value: JSONValue?) -> AvatarProblem.Fault? {
        do throws(AvatarProblem.Fault) {
            switch field {
            case .id: id = try Self.id(value)
            case .name: name = try Self.required(value)
            case .trainingType: trainingType = try Self.required(value)
            case .status: status = try Self.required(value)
            case .diffusersLoraFileURL: diffusersLoraFileURL = try Self.optional(value)
            case .triggerPhrase: triggerPhrase = try Self.optional(value)
            case .finetuneID: finetuneID = try Self.optional(value)
            case .triggerWord: triggerWord = try Self.optional(value)
            case .userID: userID = try Self.userID(value)
            case .configFileURL: configFileURL = try Self.optional(value)
            case .trainingRequestID: trainingRequestID = try Self.optional(value)
            case .trainingError: trainingError = try Self.optional(value)
            case .loraSHA256: loraSHA256 = try Self.hash(value)
            case .loraSize: loraSize = try Self.size(value)
            case .loraValidator: loraValidator = try Self.optional(value)
            case .archived: isArchived = try Self.flag(value)
            }
            return nil
        } catch {
            return error
        }
    }

    // MARK: Values

    private static func required(_ value: JSONValue?) throws(AvatarProblem.Fault) -> String {
        switch value {
        case nil, .null: throw .missing
        case .string(""): throw .empty
        case .string(let text): return text
        case .some(let value): throw .notText(kind: value.kindName)
        }
    }

    private static func id(_ value: JSONValue?) throws(AvatarProblem.Fault) -> String {
        let id = try required(value)
        let isUsable = id.utf8.count <= longestID && id.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if isUsable { return id }
        throw .unusableID
    }

    private static func optional(_ value: JSONValue?) throws(AvatarProblem.Fault) -> String? {
        switch value {
        case nil, .null, .string(""): return nil
        case .string(let text): return text
        case .some(let value): throw .notText(kind: value.kindName)
        }
    }

    /// Bots number their users.
    private static func userID(_ value: JSONValue?) throws(AvatarProblem.Fault) -> String? {
        if let number = value?.integerValue { return String(number) }
        return try optional(value)
    }

    private static func hash(_ value: JSONValue?) throws(AvatarProblem.Fault) -> String? {
        guard let text = try optional(value) else { return nil }
        guard text.utf8.count == 64, text.allSatisfy(\.isHexDigit) else { throw .notSHA256 }
        return text.lowercased()
    }

    private static func size(_ value: JSONValue?) throws(AvatarProblem.Fault) -> Int64? {
        switch value {
        case nil, .null, .string(""): return nil
        case .some(let value):
            guard let size = value.integerValue, size >= 0 else { throw .notSize(kind: value.kindName) }
            return size
        }
    }

    private static func flag(_ value: JSONValue?) throws(AvatarProblem.Fault) -> Bool {
        switch value {
        case nil, .null: return false
        case .bool(let flag): return flag
        case .some(let value): throw .notBoolean(kind: value.kindName)
        }
    }
}
