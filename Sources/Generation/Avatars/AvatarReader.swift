internal import JSON

/// Reads whole avatars and collects everything that is wrong with them.
struct AvatarReader {
    private(set) var problems: [AvatarProblem] = []

    /// The avatar of an object, which is good when no problem came with it; fields of other names are ignored.
    mutating func read(_ json: JSONObject, at place: AvatarProblem.Place?) -> Avatar {
        var avatar = Avatar(id: "", name: "", trainingType: "", status: "")
        var found = 0
        for field in AvatarField.allCases {
            // Most avatars that scripts bring along have nothing more: nothing more is looked for.
            if !field.isOfModel, found == json.count { break }
            let value = json[field.rawValue]
            if value != nil { found += 1 } else if !field.isOfModel { continue }
            guard let fault = avatar.set(field, value) else { continue }
            problems.append(AvatarProblem(place, field: field.rawValue, fault: fault))
        }
        return avatar
    }
}
