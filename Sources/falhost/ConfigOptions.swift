import ArgumentParser
import Generation
import JSON

/// An avatar, a preset, overrides and a prompt, as `generate` and `explain` take them.
struct ConfigOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: ArgumentHelp("Id of an avatar (falhost avatars list).", valueName: "id"),
        completion: ProjectNames.avatars)
    var avatar: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Name of a preset (falhost presets list).", valueName: "name"),
        completion: ProjectNames.presets)
    var preset: String?

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Override one value of the preset.", valueName: "key=value"),
        completion: ProjectNames.settings)
    var overrides: [String] = []

    @Argument(help: "What the picture shows.")
    var prompt: String

    /// The request; a value that is JSON (a number, true, {"width": 512, "height": 512}) is taken as such, any other
    /// as a string.
    func request() throws -> GenerationRequest {
        try checkPrompt()
        var config = JSONObject()
        if let preset { config["preset"] = .string(preset) }
        config.merge(try Self.overrides(overrides))
        return GenerationRequest(avatar: .id(avatar), prompt: prompt, overrides: config)
    }

    /// What `--set key=value` says, once or more.
    static func overrides(_ pairs: [String]) throws -> JSONObject {
        var config = JSONObject()
        for pair in pairs {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
                throw ValidationError("--set \(pair): expected key=value, such as --set num_images=2")
            }
            let text = String(pair[pair.index(after: equals)...])
            config[String(pair[..<equals])] = JSONValue(configText: text)
        }
        return config
    }

    /// Swift repairs arguments that are not UTF-8; a repaired prompt is not the one that was given.
    private func checkPrompt() throws(GenerationError) {
        if let offset = Prompt.firstFault(in: CommandLine.bytes(of: prompt)) {
            throw .invalidPrompt(.notUTF8(offset: offset))
        }
    }
}
