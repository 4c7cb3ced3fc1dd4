internal import JSON

/// What an import would change, found out before anything is.
package struct AvatarImportPlan: Sendable {
    /// What becomes of one avatar.
    package enum Outcome: Sendable, Equatable {
        case added
        /// The fields that get another value.
        case changed([AvatarField])
        case same
        /// The file's is an error, and the one that is here works.
        case kept
    }

    package let steps: [(avatar: Avatar, outcome: Outcome, note: String?)]

    /// - Parameter existing: all avatars that are there.
    package init(_ file: AvatarImport, over existing: [Avatar]) {
        let known = Dictionary(existing.map { ($0.id, $0) }) { $1 }
        steps = file.entries.map { entry in
            guard let old = known[entry.avatar.id] else { return (entry.avatar, .added, entry.note) }
            if entry.fault != nil, (try? old.checkModel()) != nil, old.status == "completed" {
                return (old, .kept, entry.note)
            }
            let new = entry.merged(with: old)
            let fields = AvatarField.allCases.filter { new[$0] != old[$0] }
            return (new, fields.isEmpty ? .same : .changed(fields), entry.note)
        }
    }

    /// What is to be saved.
    package var avatars: [Avatar] {
        steps.filter { $0.outcome != .same && $0.outcome != .kept }.map(\.avatar)
    }

    /// How many avatars get this word: `added`, `changed`, `same`, `kept`.
    package func count(_ word: String) -> Int { steps.count { $0.outcome.word == word } }

    /// `3 avatars: 1 added, 1 changed, 1 unchanged`.
    package var summary: String {
        let parts = [("added", "added"), ("changed", "changed"), ("same", "unchanged"), ("kept", "kept as they are")]
            .map { (count($0.0), $0.1) }.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let total = "\(steps.count) avatar\(steps.count == 1 ? "" : "s")"
        return parts.isEmpty ? total : "\(total): \(parts.joined(separator: ", "))"
    }
}

extension AvatarImportPlan.Outcome {
    /// `added`, `changed`, `same` or `kept`.
    package var word: String {
        switch self {
        case .added: "added"
        case .changed: "changed"
        case .same: "same"
        case .kept: "kept"
        }
    }
}

extension AvatarImport.Entry {
    /// What the file says on top of what is here.
    fileprivate func merged(with old: Avatar) -> Avatar {
        var new = avatar
        for field in AvatarField.allCases where !fields.contains(field) {
            // It comes from an avatar, so it is good.
            _ = new.set(field, old[field])
        }
        // The reason belongs to the error, which the file may not have a column for.
        if let fault, !fields.contains(.trainingError) { new.trainingError = fault }
        new.dropPin(unlessOf: old, given: fields.contains(.loraSHA256))
        return new
    }

    /// What somebody should know of it.
    fileprivate var note: String? {
        if let fault { return fault }
        do throws(GenerationError) {
            try avatar.checkModel()
            return nil
        } catch {
            return "completed, but makes no pictures: \(error.message(in: .english))"
        }
    }
}
