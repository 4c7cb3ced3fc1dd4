import ArgumentParser
import Generation

/// The options of a command that makes pictures, or tells of them.
struct ProjectOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions

    @Option(
        help: ArgumentHelp(
            "Keep the conversation with fal in this new folder, without the key.", valueName: "folder"),
        completion: .directory)
    var record: String?

    @Option(
        help: ArgumentHelp(
            "Answer from a folder that --record made: no network, no key, no cost.", valueName: "folder"),
        completion: .directory)
    var replay: String?

    @Option(
        help: ArgumentHelp(
            "Where downloaded pictures go (default: .falhost/images in the project).", valueName: "folder"),
        completion: .directory)
    var out: String?

    @Option(
        help: ArgumentHelp(
            "How pictures are named below that folder (default: FALHOST_NAME, else \(NameTemplate.usualText)); other fields: time, job, run, request, endpoint, prompt.",
            valueName: "template"))
    var name: String?

    init() {}

    /// Of a command that makes no pictures.
    init(_ shared: SharedOptions) throws {
        self = try ProjectOptions.parse([])
        self.shared = shared
    }

    func validate() throws {
        let servers = [
            shared.simulate ? "--simulate" : nil, record.map { _ in "--record" }, replay.map { _ in "--replay" },
        ]
        let given = servers.compactMap(\.self)
        if given.count > 1 { throw ValidationError("\(given.joined(separator: " and ")) exclude each other.") }
    }
}
