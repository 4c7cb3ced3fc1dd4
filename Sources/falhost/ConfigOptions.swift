import ArgumentParser
import Generation
import JSON

/// An avatar, a preset and overrides, as `generate` and `explain` take them before the prompt.
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

    /// The request; a value that is JSON (a number, true, {"width": 512, "height": 512}) is taken as such, any other
    /// as a string.
    ///
    /// - Parameter other: the preset in place of the option's.
    func request(_ prompt: String, preset other: String? = nil) throws -> GenerationRequest {
        try Self.check(prompt)
        var config = JSONObject()
        if let preset = other ?? preset { config["preset"] = .string(preset) }
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
    private static func check(_ prompt: String) throws(GenerationError) {
        if let offset = Prompt.firstFault(in: CommandLine.bytes(of: prompt)) {
            throw .invalidPrompt(.notUTF8(offset: offset))
        }
    }
}
