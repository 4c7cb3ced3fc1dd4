internal import JSON

/// Reads whole avatars and collects everything that is wrong with them.
struct AvatarReader {
    private(set) var problems: [AvatarProblem] = []

    /// The avatar of an object, which is good when no problem came with it; fields of other names are ignored.
    mutating func read(_ json: JSONObject, at place: AvatarProblem.Place?) -> Avatar {
        var avatar = Avatar(id: "", name: "", trainingType: "", status: "")
        for field in AvatarField.allCases {
            guard let fault = avatar.set(field, json[field.rawValue]) else { continue }
            problems.append(AvatarProblem(place, field: field.rawValue, fault: fault))
        }
        return avatar
    }
}
