package import EventLoop
package import Generation
import JSON
import LuaRuntime

/// The presets of `presets/`: one Lua file each, which returns a table of config keys.
@LoopActor
package final class LuaPresets: PresetSource {
    private let folder: String
    private let library: String
    private var loaded: [String: Preset] = [:]

    package init(folder: String, library: String) {
        self.folder = folder
        self.library = library
    }

    /// The names of the files in the folder; a project without the folder has no presets.
    package func presetNames() throws(GenerationError) -> [String] {
        do {
            return try SourceFile.luaFiles(in: folder).map { String($0.dropLast(4)) }
        } catch {
            if error.isMissing { return [] }
            throw .storage(path: folder, .cannotRead(reason: error.reason))
        }
    }

    package func preset(named name: String) throws(GenerationError) -> Preset {
        try preset(named: name, descendants: [])
    }

    private func preset(named name: String, descendants: [String]) throws(GenerationError) -> Preset {
        if let preset = loaded[name] { return preset }
        let names = try presetNames()
        guard names.contains(name) else {
            throw .unknownPreset(
                name: name, nearest: DidYouMean.nearest(to: name, in: names), known: names, folder: folder)
        }
        let preset = try read(name, descendants: descendants)
        loaded[name] = preset
        return preset
    }

    /// Reads one file and puts its keys over those of the preset that it extends.
    private func read(_ name: String, descendants: [String]) throws(GenerationError) -> Preset {
        let file = "presets/\(name).lua"
        var own = try evaluate(name, file)
        let description = try take("description", from: &own, file)
        let parentName = try take("extends", from: &own, file)
        guard let parentName else {
            return Preset(
                name: name, description: description, ancestors: [], values: own,
                origins: Dictionary(own.names.map { ($0, file) }) { $1 }, file: file)
        }
        let parent = try parent(of: name, parentName, descendants, file)
        var values = parent.values
        values.merge(own)
        let origins = parent.origins.merging(own.names.map { ($0, file) }) { $1 }
        return Preset(
            name: name, description: description, ancestors: [parentName] + parent.ancestors, values: values,
            origins: origins, file: file)
    }

    private func parent(
        of name: String, _ parentName: String, _ descendants: [String], _ file: String
    ) throws(GenerationError) -> Preset {
        if parentName == name { throw .brokenPreset(file: file, reason: "it extends itself") }
        if descendants.contains(parentName) {
            throw .brokenPreset(file: file, reason: "it extends '\(parentName)', which extends it in turn")
        }
        let names = try presetNames()
        guard names.contains(parentName) else {
            let hint = DidYouMean.nearest(to: parentName, in: names).map { "; did you mean \($0)?" } ?? ""
            throw .brokenPreset(file: file, reason: "it extends '\(parentName)', which does not exist\(hint)")
        }
        return try preset(named: parentName, descendants: descendants + [name])
    }

    private func evaluate(_ name: String, _ file: String) throws(GenerationError) -> JSONObject {
        do {
            let sandbox = try SandboxedFile(path: "\(folder)/\(name).lua", name: file, library: library)
            defer { sandbox.close() }
            let stack = sandbox.state.stack
            stack.push(sandbox.value)
            defer { stack.pop() }
            if sandbox.valueType == "table", case .object(let values) = try stack.json(at: -1) { return values }
            let found = sandbox.valueType == "table" ? "a list" : SandboxedFile.described(sandbox.valueType)
            throw GenerationError.brokenPreset(
                file: file, reason: "it returns \(found), a table of config keys is expected")
        } catch let error as GenerationError {
            throw error
        } catch let error as LuaError {
            throw .brokenPreset(file: file, reason: SandboxedFile.reason(error))
        } catch {
            throw .brokenPreset(file: file, reason: "\(error)")
        }
    }

    private func take(
        _ key: String, from values: inout JSONObject, _ file: String
    ) throws(GenerationError) -> String? {
        guard let value = values[key] else { return nil }
        values[key] = nil
        guard case .string(let text) = value else {
            throw .brokenPreset(file: file, reason: "\(key) must be a string, not \(value.kindName)")
        }
        return text
    }
}
