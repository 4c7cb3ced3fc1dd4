package import EventLoop
package import Generation
package import JSON

/// A named set of training values, read from `presets/training/<name>.lua`.
package struct TrainingPreset: Sendable {
    package let name: String
    package let description: String?
    /// What holds for all kinds of training.
    package let values: JSONObject
    /// What holds for one kind, on top of it.
    package let valuesByType: [TrainingType: JSONObject]
    /// Where the file has a key: under `steps`, or `portrait.steps`.
    package let places: [String: SourcePlace]
    /// As a person would write it: `presets/training/fast.lua`.
    package let file: String

    package init(
        name: String, description: String? = nil, values: JSONObject, valuesByType: [TrainingType: JSONObject] = [:],
        places: [String: SourcePlace] = [:], file: String
    ) {
        self.name = name
        self.description = description
        self.values = values
        self.valuesByType = valuesByType
        self.places = places
        self.file = file
    }

    /// The preset of a training that names none.
    package static let defaultName = "balanced"

    /// Its values for a kind of training, each with where it stands.
    func entries(_ type: TrainingType) -> [(key: String, value: JSONValue, origin: Origin)] {
        let own = valuesByType[type] ?? [:]
        let common = values.members.filter { own[$0.name] == nil }.map { ($0.name, $0.value, origin($0.name)) }
        return common + own.members.map { ($0.name, $0.value, origin("\(type.rawValue).\($0.name)")) }
    }

    private func origin(_ path: String) -> Origin { .preset(name, places[path] ?? SourcePlace(file: file)) }

    /// What no trainer takes, whatever the kind of training.
    package var problems: [ConfigProblem] {
        let all = [values] + TrainingType.allCases.compactMap { valuesByType[$0] }
        let prefixes = [""] + TrainingType.allCases.filter { valuesByType[$0] != nil }.map { "\($0.rawValue)." }
        return zip(all, prefixes).flatMap { values, prefix in
            values.members.compactMap { TrainingConfig.problem($0.name, $0.value, origin(prefix + $0.name)) }
        }
    }
}

/// Where training presets come from.
@LoopActor
package protocol TrainingPresetSource: AnyObject, Sendable {
    /// All names, sorted.
    func trainingPresetNames() throws(GenerationError) -> [String]

    /// Throws `unknown_preset` with the nearest known name.
    func trainingPreset(named name: String) throws(GenerationError) -> TrainingPreset
}
