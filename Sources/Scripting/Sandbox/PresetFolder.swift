internal import EventLoop
internal import Generation
internal import JSON

/// A folder of presets, `presets/` or `presets/training/`: one Lua file each, which returns a table.
@LoopActor
struct PresetFolder {
    let path: String
    /// How messages call it.
    let name: String
    /// `scripts/lib`, which presets may `require`.
    let library: String
    /// What is wrong with a file that returns something else than a table.
    let notTable: @Sendable (FoundType) -> PresetFault

    /// The names of the files in the folder; a project without the folder has no presets.
    func names() throws(GenerationError) -> [String] {
        do {
            return try SourceFile.luaFiles(in: path).map { String($0.dropLast(4)) }
        } catch {
            if error.isMissing { return [] }
            throw .storage(path: path, .cannotRead(reason: error.reason))
        }
    }

    /// Throws `unknown_preset` where there is no such file.
    func check(_ preset: String) throws(GenerationError) {
        let names = try names()
        guard names.contains(preset) else {
            throw .unknownPreset(
                name: preset, nearest: DidYouMean.nearest(to: preset, in: names), known: names, folder: path)
        }
    }

    /// Where a preset's file lies.
    func path(of preset: String) -> String { "\(path)/\(preset).lua" }

    /// How messages call a preset's file.
    func file(of preset: String) -> String { "\(name)/\(preset).lua" }

    /// What a preset's file returns, and its text; throws `broken_preset`.
    func table(
        of preset: String, _ sources: SourceRecord
    ) throws(GenerationError) -> (values: JSONObject, text: [UInt8]) {
        let file = file(of: preset)
        do throws(SandboxedFile.TableError) {
            return try SandboxedFile.table(
                path: path(of: preset), name: file, library: library, sources: sources)
        } catch {
            switch error {
            case .notTable(let found): throw .brokenPreset(file: file, fault: notTable(found))
            case .missing(let reason), .other(let reason): throw .brokenPreset(file: file, fault: .other(reason))
            }
        }
    }
}
