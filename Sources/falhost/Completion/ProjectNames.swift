import ArgumentParser
import Generation
import Scripting
import Store

/// What a shell offers where a name of the project is expected.
///
/// No Lua is run, no file made, nobody waited for; where there is no project there is nothing to offer.
enum ProjectNames {
    /// The ids of its avatars.
    static let avatars = CompletionKind.custom { words, _, _ in stored(.avatars, words) }

    /// The ids of the last runs and jobs.
    static let runs = CompletionKind.custom { words, _, _ in stored(.runs, words) }
    static let jobs = CompletionKind.custom { words, _, _ in stored(.jobs, words) }

    /// The names of its presets.
    static let presets = CompletionKind.custom { words, _, _ in presets(words) }

    /// Several avatars with commas.
    static let avatarList = CompletionKind.custom { words, _, prefix in list(prefix, stored(.avatars, words)) }

    /// Several presets with commas.
    static let presetList = CompletionKind.custom { words, _, prefix in list(prefix, presets(words)) }

    /// The keys of a config, as `--set` takes them.
    static let settings = CompletionKind.list(ConfigKey.allCases.map { $0.rawValue + "=" })

    private static func stored(_ names: StoredNames, _ words: [String]) -> [String] {
        if let path = Environment.value("FALHOST_DB") { return names.ids(path: path) }
        guard let project = project(words) else { return [] }
        return names.ids(path: project.data + "/falhost.db")
    }

    private static func presets(_ words: [String]) -> [String] {
        guard let project = project(words) else { return [] }
        return ((try? SourceFile.luaFiles(in: project.presets)) ?? []).map { String($0.dropLast(".lua".count)) }
    }

    /// The project that the command would use, by what is typed so far.
    private static func project(_ words: [String]) -> Project? {
        let flag = words.lastIndex(of: "--root").map { words.index(after: $0) }
        let named = flag.flatMap { words.indices.contains($0) ? words[$0] : nil } ?? Environment.value("FALHOST_ROOT")
        return try? Project.locate(named: named, script: nil)
    }

    /// The names behind what stands before the last comma.
    private static func list(_ prefix: String, _ names: [String]) -> [String] {
        guard let comma = prefix.lastIndex(of: ",") else { return names }
        return names.map { prefix[...comma] + $0 }
    }
}
