import EventLoop
import Foundation
import Generation
import JSON
import Logging

@testable import Scripting

/// A folder of Lua files with a library beside it, and what is logged about them.
@LoopActor
final class LuaFolder {
    let root: URL
    let log = LogLines()
    var path: String { root.appending(path: "files").path }
    var library: String { root.appending(path: "lib").path }

    init() throws {
        root = FileManager.default.temporaryDirectory.appending(path: "falhost-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root.appending(path: "files"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: root.appending(path: "lib"), withIntermediateDirectories: true)
    }

    /// Writes a file under another name and moves it into place.
    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: root.appending(path: "files/\(name)"), options: .atomic)
    }

    /// Writes over a file in place.
    func overwrite(_ name: String, _ text: String) throws {
        let file = try FileHandle(forWritingTo: root.appending(path: "files/\(name)"))
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: root.appending(path: "files/\(name)"))
    }

    func rules(_ schedule: ReloadSchedule = .immediate) -> LuaPromptRules {
        LuaPromptRules(folder: path, library: library, log: reloadLog, schedule: schedule)
    }

    var presets: LuaPresets {
        LuaPresets(folder: path, library: library, log: reloadLog, schedule: .immediate)
    }

    private var reloadLog: ReloadLog {
        ReloadLog(logger: Logger(label: "test") { [log] _ in log }, language: .english)
    }
}

extension ReloadSchedule {
    /// Files are looked at in each call, and every change counts at once.
    static var immediate: ReloadSchedule { ReloadSchedule(interval: .zero, settling: .zero) }
}

/// Runs `body` on the loop with a folder that is removed afterwards.
func withLuaFolder<Result: Sendable>(
    _ body: @escaping @LoopActor (LuaFolder) async throws -> Result
) async throws -> Result {
    try await LoopActor.spawn {
        let folder = try LuaFolder()
        defer { try? FileManager.default.removeItem(at: folder.root) }
        return try await body(folder)
    }.value
}

/// Keeps log lines in memory, with their levels where those are not `info`.
final class LogLines: LogHandler {
    private let kept = Locked<[String]>([])
    var lines: [String] { kept.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let prefix = event.level == .info ? "" : "\(event.level): "
        kept.withLock { $0.append(prefix + event.message.description) }
    }
}

extension PromptRules {
    /// What the rules make of "p" for an avatar of no matter.
    func prompt() throws -> String {
        let context = RuleContext(
            avatar: Avatar(id: "a", name: "A", trainingType: "portrait", status: "completed"), preset: "balanced",
            config: [:], endpoint: "fal-ai/flux-lora")
        return try apply(to: "p", context: context).last?.prompt ?? "p"
    }
}
