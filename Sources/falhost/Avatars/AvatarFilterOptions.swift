import ArgumentParser
import Generation
import JSON

/// Which avatars are wanted.
struct AvatarFilterOptions: ParsableArguments {
    @Option(help: "Only those called so.")
    var called: String?

    @Option(
        help: "Only those in this state: \(Avatar.statuses.joined(separator: ", ")).",
        completion: .list(Avatar.statuses))
    var status: String?

    @Option(
        help: "Only those of this type: \(Self.types.joined(separator: ", ")).", completion: .list(Self.types))
    var type: String?

    @Option(help: "Only those of this user.")
    var user: String?

    @Flag(help: "Those that are put away, in place of the others.")
    var archived = false

    private static let types = TrainingType.allCases.map(\.rawValue)

    func filter() throws -> AvatarFilter {
        try Self.check(status, "--status", Avatar.statuses)
        try Self.check(type, "--type", Self.types)
        var filter = AvatarFilter()
        filter.name = called
        filter.status = status
        filter.trainingType = type
        filter.userID = user
        filter.archived = archived
        return filter
    }

    private static func check(_ word: String?, _ option: String, _ known: [String]) throws {
        guard let word, !known.contains(word) else { return }
        let hint = DidYouMean.nearest(to: word, in: known).map { "; did you mean \($0)?" } ?? ""
        throw ValidationError("\(option) \(word): expected one of \(known.joined(separator: ", "))\(hint)")
    }
}

/// Fields of an avatar as `field=value`.
struct AvatarFieldArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("Fields and their values; an empty value removes one.", valueName: "field=value"))
    var pairs: [String]

    /// A text, but for the two fields that are none.
    func changes() throws -> AvatarChanges {
        var fields = JSONObject()
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
                throw ValidationError("'\(pair)': expected field=value, such as \"trigger_phrase=TOK woman\"")
            }
            let (name, text) = (String(pair[..<equals]), String(pair[pair.index(after: equals)...]))
            let isText = ![AvatarField.archived, .loraSize].contains(AvatarField(rawValue: name))
            fields[name] = isText ? .string(text) : JSONValue(configText: text)
        }
        return try AvatarChanges(fields)
    }
}
