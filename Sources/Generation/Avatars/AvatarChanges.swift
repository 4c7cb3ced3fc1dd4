package import JSON

/// Fields of an avatar that somebody gives; the others stay as they are.
package struct AvatarChanges: Sendable, Equatable {
    private let fields: JSONObject

    /// Throws one `validation` error that names every field that no avatar has, with the nearest that it has.
    package init(_ fields: JSONObject) throws(GenerationError) {
        self.fields = fields
        let problems = fields.names.filter { AvatarField(rawValue: $0) == nil }.map { name in
            let nearest = DidYouMean.nearest(to: name, in: AvatarField.allCases.lazy.map(\.rawValue))
            return AvatarProblem(field: name, fault: .unknownField(nearest: nearest))
        }
        guard problems.isEmpty else { throw .invalidAvatars(problems, file: nil) }
    }

    /// A new avatar of these fields: a draft with a new id where they do not say otherwise.
    package func newAvatar() throws(GenerationError) -> Avatar {
        var json = fields
        if json["id"] == nil { json["id"] = .string(Avatar.newID()) }
        if json["status"] == nil { json["status"] = "draft" }
        var reader = AvatarReader()
        let avatar = reader.read(json, at: nil)
        let problems = reader.problems + avatar.unknownWords(at: nil)
        guard problems.isEmpty else { throw .invalidAvatars(problems, file: nil) }
        try avatar.checkModel()
        return avatar
    }

    /// The avatar with these fields changed; a null or empty value removes a field that need not be there.
    ///
    /// Another LoRA file has no pin yet.
    package func applied(to avatar: Avatar) throws(GenerationError) -> Avatar {
        var changed = avatar
        var problems: [AvatarProblem] = []
        for (name, value) in fields {
            guard let field = AvatarField(rawValue: name) else { continue }
            let fault = changed.set(field, value)
            if let fault { problems.append(AvatarProblem(field: name, fault: fault)) }
        }
        if changed.id != avatar.id, problems.isEmpty { problems.append(AvatarProblem(field: "id", fault: .fixed)) }
        problems += changed.unknownWords(at: nil).filter { problem in fields.names.contains { $0 == problem.field } }
        guard problems.isEmpty else { throw .invalidAvatars(problems, file: nil) }
        changed.dropPin(unlessOf: avatar, given: fields["lora_sha256"] != nil)
        try changed.checkModel()
        return changed
    }
}

extension Avatar {
    /// A random UUID (RFC 9562, version 4), as the bot's database has them.
    package static func newID() -> String {
        var digits = (0..<2).map { _ in
            let text = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
        for (offset, choices) in [(12, "4"), (16, "89ab")] {
            let index = digits.index(digits.startIndex, offsetBy: offset)
            digits.replaceSubrange(index...index, with: String(choices.randomElement() ?? "8"))
        }
        for offset in [20, 16, 12, 8] { digits.insert("-", at: digits.index(digits.startIndex, offsetBy: offset)) }
        return digits
    }

    /// What would make a lie of `completed`: no model of its type.
    package func checkModel() throws(GenerationError) {
        guard status == "completed" else { return }
        var shown = self
        shown.isArchived = false
        _ = try TrainedAvatar(shown)
    }

    /// A status or a training type that is none of the known words.
    func unknownWords(at place: AvatarProblem.Place?) -> [AvatarProblem] {
        let words: [(AvatarField, String, [String])] = [
            (.trainingType, trainingType, TrainingType.allCases.map(\.rawValue)), (.status, status, Self.statuses),
        ]
        return words.filter { !$0.1.isEmpty && !$0.2.contains($0.1) }.map { field, shown, known in
            let nearest = DidYouMean.nearest(to: shown, in: known)
            let fault = AvatarProblem.Fault.unknownWord(shown: shown, known: known, nearest: nearest)
            return AvatarProblem(place, field: field.rawValue, fault: fault)
        }
    }

    /// Forgets the pin of another LoRA file.
    mutating func dropPin(unlessOf other: Avatar, given: Bool) {
        guard diffusersLoraFileURL != other.diffusersLoraFileURL, !given else { return }
        loraSHA256 = nil
        loraSize = nil
        loraValidator = nil
    }
}
