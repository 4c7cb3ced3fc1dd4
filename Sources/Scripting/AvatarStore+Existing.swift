package import Generation

extension AvatarStore {
    /// The avatar with that id, or `avatar_not_found` with the nearest id there is.
    package func existing(_ id: String) async throws(GenerationError) -> Avatar {
        if let avatar = try await avatar(id: id) { return avatar }
        let known = try await avatars()
        throw .avatarNotFound(id: id, nearest: DidYouMean.nearest(to: id, in: known.lazy.map(\.id)))
    }
}
