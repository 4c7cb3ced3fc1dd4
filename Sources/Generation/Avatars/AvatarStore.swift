/// Where avatars are kept between runs.
package protocol AvatarStore: Sendable {
    /// The avatar with this id, nil when there is none.
    func avatar(id: String) async throws(GenerationError) -> Avatar?

    /// All avatars, ordered by id.
    func avatars() async throws(GenerationError) -> [Avatar]

    /// Adds the avatars, replacing those with the same ids; saves all of them or none.
    func save(_ avatars: [Avatar]) async throws(GenerationError)

    /// Removes an avatar; false when there was none with this id.
    func remove(id: String) async throws(GenerationError) -> Bool
}
