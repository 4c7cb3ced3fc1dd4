/// Where avatars are kept between runs.
package protocol AvatarStore: Sendable {
    /// The avatar with this id, nil when there is none.
    func avatar(id: String) async throws(GenerationError) -> Avatar?

    /// All avatars, ordered by id.
    func avatars() async throws(GenerationError) -> [Avatar]

    /// Adds the avatars, replacing those with the same ids; saves all of them or none.
    func save(_ avatars: [Avatar]) async throws(GenerationError)

    /// Adds an avatar; false, and nothing is changed, when there is one with its id.
    func add(_ avatar: Avatar) async throws(GenerationError) -> Bool

    /// Saves what `change` makes of an avatar, in one step with reading it: nobody else's change is lost. Returns what
    /// was saved, nil when there is no such avatar.
    func update(
        _ id: String, _ change: @escaping @Sendable (Avatar) throws(GenerationError) -> Avatar
    ) async throws(GenerationError) -> Avatar?

    /// Removes an avatar; false when there was none with this id.
    func remove(id: String) async throws(GenerationError) -> Bool
}
