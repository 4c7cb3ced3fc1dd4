/// Which avatars are wanted; what is nil does not matter.
package struct AvatarFilter: Sendable, Equatable {
    package var name: String?
    package var status: String?
    package var trainingType: String?
    package var userID: String?
    /// Those that are put away in place of those that are not; nil gives both.
    package var archived: Bool? = false

    package init() {}

    package func matches(_ avatar: Avatar) -> Bool {
        (archived ?? avatar.isArchived) == avatar.isArchived
            && (status ?? avatar.status) == avatar.status
            && (trainingType ?? avatar.trainingType) == avatar.trainingType
            && (name ?? avatar.name) == avatar.name
            && (userID ?? avatar.userID) == avatar.userID
    }
}

extension AvatarStore {
    /// The avatars that match, in the order of their ids.
    package func avatars(_ filter: AvatarFilter) async throws(GenerationError) -> [Avatar] {
        try await avatars().filter(filter.matches)
    }
}
