package import Generation

extension ScriptServices {
    /// Pins LoRA files.
    package func pinning() throws -> AvatarPinning {
        AvatarPinning(client: try client(), store: try avatars(), folder: try imageFolder())
    }

    /// Makes canary pictures.
    package func canary() throws -> AvatarCanary {
        AvatarCanary(service: try service()) { [self] result, name in
            if result.isCached { return result.images.compactMap(\.path) }
            var files: [String] = []
            for source in try jobs().recentPictures(of: result.jobID) ?? [] {
                files.append(try await pictures().keep(source, as: name).path)
            }
            return files
        }
    }
}

extension AvatarStore {
    /// Saves a new avatar; throws when there is one with its id.
    package func create(_ fields: AvatarChanges) async throws(GenerationError) -> Avatar {
        let avatar = try fields.newAvatar()
        if try await add(avatar) { return avatar }
        throw .invalidAvatars([AvatarProblem(field: "id", fault: .taken(id: avatar.id))], file: nil)
    }

    /// Changes an avatar that must be there, and gives it as it is then.
    package func change(
        _ id: String, _ change: @escaping @Sendable (Avatar) throws(GenerationError) -> Avatar
    ) async throws(GenerationError) -> Avatar {
        if let avatar = try await update(id, change) { return avatar }
        return try await existing(id)
    }

    /// Puts an avatar away, or brings it back.
    package func archive(_ id: String, _ isArchived: Bool) async throws(GenerationError) -> Avatar {
        try await change(id) { avatar throws(GenerationError) in
            var avatar = avatar
            avatar.isArchived = isArchived
            return avatar
        }
    }
}
