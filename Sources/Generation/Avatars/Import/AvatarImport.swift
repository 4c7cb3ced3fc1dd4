internal import JSON

/// The avatars of a file: falhost's own export, or one of the earlier service's tables.
package struct AvatarImport: Sendable {
    /// An avatar as the file has it.
    struct Entry: Sendable {
        var avatar: Avatar
        /// What the file says something of; the rest stays as it was.
        let fields: Set<AvatarField>
        /// Why it is not what the file calls it.
        var fault: String?
    }

    let entries: [Entry]
    /// What the file says that nobody here understands, and what became of it.
    package let notes: [String]

    /// Reads all avatars; one that is at fault refuses the whole file, and the error names every problem.
    ///
    /// JSON is a list or `{"avatars": […]}`; CSV has a header, in which a field's name is a column's.
    /// - Parameter file: what the messages call the file; a name that ends in `.csv` tells its form.
    package init(_ bytes: [UInt8], file: String? = nil) throws(GenerationError) {
        var problems: [AvatarProblem] = []
        let rows = try AvatarRow.read(bytes, file: file, &problems)
        var entries: [Entry] = []
        var places: [String: AvatarProblem.Place] = [:]
        var unknown: [String] = []
        for row in rows {
            let fields = EarlierService.renamed(row.fields)
            var reader = AvatarReader()
            let avatar = reader.read(fields, at: row.place)
            problems += reader.problems
            problems += avatar.unknownWords(at: row.place)
            if let place = places[avatar.id], !avatar.id.isEmpty {
                problems.append(
                    AvatarProblem(row.place, field: "id", fault: .duplicate(id: avatar.id, of: place)))
            }
            places[avatar.id] = row.place
            unknown += fields.names.filter {
                AvatarField(rawValue: $0) == nil && !EarlierService.otherColumns.contains($0) && !unknown.contains($0)
            }
            var entry = Entry(avatar: avatar, fields: Set(fields.names.compactMap(AvatarField.init)), fault: nil)
            entry.refuseInventions()
            entries.append(entry)
        }
        guard problems.isEmpty else { throw .invalidAvatars(problems, file: file) }
        self.entries = entries
        notes = unknown.map { name in
            let nearest = DidYouMean.nearest(to: name, in: AvatarField.allCases.lazy.map(\.rawValue))
            return "'\(name)' is no field of an avatar and is left out"
                + (nearest.map { "; did you mean \($0)?" } ?? "")
        }
    }
}

extension AvatarImport.Entry {
    /// What the earlier service made up when a training failed is no model: the avatar is an error that says so.
    fileprivate mutating func refuseInventions() {
        if avatar.configFileURL.flatMap(EarlierService.fault(ofAddress:)) != nil { avatar.configFileURL = nil }
        let lora = avatar.diffusersLoraFileURL.flatMap(EarlierService.fault(ofAddress:))
        let finetune = avatar.finetuneID.flatMap(EarlierService.fault(ofFinetune:))
        if lora != nil { avatar.diffusersLoraFileURL = nil }
        if finetune != nil { avatar.finetuneID = nil }
        // A portrait's finetune is nothing that it needs, nor a style's LoRA file.
        let needed = avatar.trainingType == TrainingType.style.rawValue ? finetune ?? lora : lora ?? finetune
        let hasModel =
            avatar.trainingType == TrainingType.style.rawValue
            ? avatar.finetuneID != nil : avatar.diffusersLoraFileURL != nil
        guard let needed, !hasModel else { return }
        fault = needed
        avatar.status = "error"
        avatar.trainingError = [needed, avatar.trainingError].compactMap(\.self).joined(separator: "; ")
    }
}
