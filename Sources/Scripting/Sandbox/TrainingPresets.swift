package import EventLoop
package import Generation
import JSON
import LuaRuntime
package import Training

/// The training presets of `presets/training/`: one Lua file each, in the sandbox of the other presets.
///
/// A file returns a table of training keys, with `description`; the tables `portrait` and `style` in it hold for one kind
/// of training. Each is read when a training asks for it: a training takes minutes, and nothing is kept in between.
@LoopActor
package final class TrainingPresets: TrainingPresetSource {
    private let folder: String
    private let library: String

    /// - Parameters:
    ///   - presets: the project's presets folder.
    ///   - library: `scripts/lib`, which presets may `require`.
    package init(presets: String, library: String) {
        folder = presets + "/training"
        self.library = library
    }

    package func trainingPresetNames() throws(GenerationError) -> [String] {
        do {
            return try SourceFile.luaFiles(in: folder).map { String($0.dropLast(4)) }
        } catch {
            if error.isMissing { return [] }
            throw .storage(path: folder, .cannotRead(reason: error.reason))
        }
    }

    package func trainingPreset(named name: String) throws(GenerationError) -> TrainingPreset {
        let names = try trainingPresetNames()
        guard names.contains(name) else {
            throw .unknownPreset(
                name: name, nearest: DidYouMean.nearest(to: name, in: names), known: names, folder: folder)
        }
        let file = "presets/training/\(name).lua"
        var (values, text) = try evaluate(name, file)
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

    private func evaluate(_ name: String, _ file: String) throws(GenerationError) -> (JSONObject, [UInt8]) {
        do {
            let sandbox = try SandboxedFile(
                path: "\(folder)/\(name).lua", name: file, library: library, sources: SourceRecord())
            defer { sandbox.close() }
            let stack = sandbox.state.stack
            stack.push(sandbox.value)
            defer { stack.pop() }
            if sandbox.valueType == "table", case .object(let values) = try stack.json(at: -1) {
                return (values, sandbox.text)
            }
            let found = FoundType(sandbox.valueType == "table" ? "list" : sandbox.valueType)
            throw GenerationError.brokenPreset(file: file, fault: .notTrainingTable(found))
        } catch let error as GenerationError {
            throw error
        } catch let error as LuaError {
            throw .brokenPreset(file: file, fault: .other(SandboxedFile.reason(error)))
        } catch {
            throw .brokenPreset(file: file, fault: .other("\(error)"))
        }
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
