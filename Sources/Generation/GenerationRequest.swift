package import JSON

/// An avatar that a call names or brings along.
package enum AvatarReference: Sendable {
    /// Looked up in the store.
    case id(String)
    case avatar(Avatar)
}

/// One picture that is asked for.
package struct GenerationRequest: Sendable {
    package var avatar: AvatarReference
    package var prompt: String
    /// Config keys that lie on top of the preset; `quality` or `preset` names which.
    package var overrides: JSONObject
    /// Where a script asks for it.
    package var place: CallPlace?
    /// What its pictures are to be called where they are kept; nil is what all are called.
    package var pictureName: NameTemplate?

    package init(
        avatar: AvatarReference, prompt: String, overrides: JSONObject = [:], place: CallPlace? = nil,
        pictureName: NameTemplate? = nil
    ) {
        self.avatar = avatar
        self.prompt = prompt
        self.overrides = overrides
        self.place = place
        self.pictureName = pictureName
    }
}
