package import JSON

/// What is wrong with one field of one avatar that was given as data.
package struct AvatarProblem: Sendable, Equatable {
    package enum Fault: Sendable, Equatable {
        case missing
        case empty
        /// Longer than `Avatar.longestID` bytes, or with control characters.
        case unusableID
        /// What came instead of a string: `integer`, `object`, …
        case notText(kind: String)
        /// The element is not an object but of this kind.
        case notObject(kind: String)
        /// The same id as an earlier element, whose index is given.
        case duplicate(id: String, of: Int)
    }
    /// The position in the list, from 0; nil for an avatar that stands alone.
    package let index: Int?
    /// The field's name; nil when the whole element is at fault.
    package let field: String?
    package let fault: Fault

    package init(index: Int?, field: String?, fault: Fault) {
        self.index = index
        self.field = field
        self.fault = fault
    }

    /// Where the problem is: `[3].training_type`, `training_type`.
    package var path: String {
        let element = index.map { "[\($0)]" }
        return [element, field].compactMap(\.self).joined(separator: ".")
    }
}

/// Reads one avatar and collects everything that is wrong with it.
package struct AvatarReader {
    private let json: JSONObject
    private let index: Int?
    package private(set) var problems: [AvatarProblem] = []

    package init(json: JSONObject, index: Int?) {
        self.json = json
        self.index = index
    }

    /// The avatar, or nil after a problem with a required field.
    package mutating func read() -> Avatar? {
        let id = required("id")
        let name = required("name")
        let trainingType = required("training_type")
        let status = required("status")
        let url = optional("diffusers_lora_file_url")
        let phrase = optional("trigger_phrase")
        let finetuneID = optional("finetune_id")
        let word = optional("trigger_word")
        if let id, id.utf8.count > Avatar.longestID || id.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            report("id", .unusableID)
        }
        guard let id, let name, let trainingType, let status else { return nil }
        return Avatar(
            id: id, name: name, trainingType: trainingType, status: status, diffusersLoraFileURL: url,
            triggerPhrase: phrase, finetuneID: finetuneID, triggerWord: word)
    }

    private mutating func required(_ field: String) -> String? {
        switch json[field] {
        case nil, .null: report(field, .missing)
        case .string(""): report(field, .empty)
        case .string(let text): return text
        case .some(let value): report(field, .notText(kind: value.kindName))
        }
        return nil
    }

    private mutating func optional(_ field: String) -> String? {
        switch json[field] {
        case nil, .null, .string(""): return nil
        case .string(let text): return text
        case .some(let value): report(field, .notText(kind: value.kindName))
        }
        return nil
    }

    private mutating func report(_ field: String, _ fault: AvatarProblem.Fault) {
        problems.append(AvatarProblem(index: index, field: field, fault: fault))
    }
}
