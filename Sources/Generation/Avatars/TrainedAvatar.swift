/// How an avatar was trained.
package enum TrainingType: String, Sendable, CaseIterable {
    /// A LoRA file.
    case portrait
    /// A finetune of FLUX pro, or a LoRA file where fal made one of it.
    case style
}

/// An avatar that can make pictures: trained, with the model data of its type.
package struct TrainedAvatar: Sendable {
    package enum Model: Sendable, Equatable {
        case lora(url: String)
        case finetune(id: String)
    }
    package let avatar: Avatar
    package let type: TrainingType
    package let model: Model

    /// Checks that it is not put away; then in the guide's order: trained, known type, model data of that type.
    package init(_ avatar: Avatar) throws(GenerationError) {
        if avatar.isArchived { throw .avatarArchived(id: avatar.id) }
        guard avatar.status == "completed" else { throw .avatarNotTrained(id: avatar.id, status: avatar.status) }
        guard let type = TrainingType(rawValue: avatar.trainingType) else {
            throw .unknownTrainingType(id: avatar.id, type: avatar.trainingType)
        }
        self.avatar = avatar
        self.type = type
        switch type {
        case .portrait:
            guard let url = avatar.diffusersLoraFileURL, !url.isEmpty else { throw .loraFileMissing(id: avatar.id) }
            model = .lora(url: url)
        case .style:
            if let id = avatar.finetuneID, !id.isEmpty {
                model = .finetune(id: id)
            } else if let url = avatar.diffusersLoraFileURL, !url.isEmpty {
                model = .lora(url: url)
            } else {
                throw .finetuneIDMissing(id: avatar.id)
            }
        }
    }
}
