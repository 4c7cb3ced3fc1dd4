package import EventLoop
package import Generation
import JSON
package import Training

/// The training presets of `presets/training/`: one Lua file each, in the sandbox of the other presets.
///
/// A file returns a table of training keys, with `description`; the tables `portrait` and `style` in it hold for one kind
/// of training. Each is read when a training asks for it: a training takes minutes, and nothing is kept in between.
@LoopActor
package final class TrainingPresets: TrainingPresetSource {
    private let folder: PresetFolder

    /// - Parameters:
    ///   - presets: the project's presets folder.
    ///   - library: `scripts/lib`, which presets may `require`.
    package init(presets: String, library: String) {
        folder = PresetFolder(
            path: presets + "/training", name: "presets/training", library: library,
            notTable: PresetFault.notTrainingTable)
    }

    package func trainingPresetNames() throws(GenerationError) -> [String] {
        try folder.names()
    }

    package func trainingPreset(named name: String) throws(GenerationError) -> TrainingPreset {
        try folder.check(name)
        let file = folder.file(of: name)
        var (values, text) = try folder.table(of: name, SourceRecord())
        var description: String?
        if let value = values["description"] {
            guard let words = value.stringValue else {
                throw .brokenPreset(file: file, fault: .notText(key: "description", kind: value.kindName))
            }
            description = words
            values["description"] = nil
        }
        var valuesByType: [TrainingType: JSONObject] = [:]
        for type in TrainingType.allCases {
            guard let value = values[type.rawValue] else { continue }
            guard case .object(let own) = value else {
                throw .brokenPreset(file: file, fault: .noKeys(of: type))
            }
            valuesByType[type] = own
            values[type.rawValue] = nil
        }
        return TrainingPreset(
            name: name, description: description, values: values, valuesByType: valuesByType,
            places: Self.places(values, valuesByType, file, text), file: file)
    }

    /// The line of each key; of one that several tables have, the line of its table.
    private static func places(
        _ values: JSONObject, _ valuesByType: [TrainingType: JSONObject], _ file: String, _ text: [UInt8]
    ) -> [String: SourcePlace] {
        let lines = KeyLines(in: text)
        var places: [String: SourcePlace] = [:]
        for key in values.names { places[key] = SourcePlace(file: file, line: lines[key]) }
        for (type, own) in valuesByType {
            for key in own.names {
                let isShared = values[key] != nil || valuesByType.contains { $0.key != type && $0.value[key] != nil }
                places["\(type.rawValue).\(key)"] = SourcePlace(
                    file: file, line: isShared ? lines[type.rawValue] : lines[key])
            }
        }
        return places
    }
}
