package import EventLoop
package import Generation

/// Lets changed presets and rules into use only when the project's tests hold with them.
///
/// The tests run beside the script, on fresh readings of all files, each test with a second at most; until they have
/// ended, and where one fails, the versions before stay in use. A failure is reported once for each state of the files.
@LoopActor
package final class ReloadGate {
    /// All of the project's Lua, by path; golden files too.
    private typealias Stamps = [String: FileStamp]
    private enum Verdict {
        case running(Stamps)
        case passed(Stamps)
        case failed(Stamps)

        var stamps: Stamps {
            switch self {
            case .running(let stamps), .passed(let stamps), .failed(let stamps): stamps
            }
        }
    }
    /// Shorter than for `falhost test`: a test that computes holds up the transfers of the script.
    private static let timeout = Duration.seconds(1)
    private static let folders = ["presets", "scripts/rules", "scripts/lib", TestFiles.folder]

    private let root: String
    private let log: ReloadLog
    private let settings: GenerationSettings
    private var verdict: Verdict?

    /// - Parameter root: the project's folder.
    package init(root: String, log: ReloadLog, settings: GenerationSettings) {
        self.root = root
        self.log = log
        self.settings = settings
    }

    /// Whether the files as they are now may be taken into use; begins to find out where that is not known.
    func admits() -> Bool {
        let stamps = currentStamps()
        switch verdict {
        case .running: return false
        case .passed(let tested) where tested == stamps: return true
        case .failed(let tested) where tested == stamps: return false
        default: break
        }
        verdict = .running(stamps)
        LoopActor.spawn { await self.test(stamps) }
        return false
    }

    private func test(_ stamps: Stamps) async {
        let failure: String?
        do {
            failure = try await firstFailure()
        } catch {
            failure = "\(error)"
        }
        // What was tested is not known when a file changed meanwhile: the next look begins anew.
        guard currentStamps() == stamps else {
            verdict = nil
            return
        }
        verdict = failure == nil ? .passed(stamps) : .failed(stamps)
        if let failure { log.refused(failure) } else { log.admitted() }
    }

    /// The first test that fails and how many more do; nil when all pass.
    private func firstFailure() async throws -> String? {
        let library = "\(root)/scripts/lib"
        let subjects = TestSubjects(
            presets: LuaPresets(folder: "\(root)/presets", library: library, log: log), rules: "\(root)/scripts/rules",
            library: library, log: log, settings: settings)
        let paths = try TestFiles.paths(root: root)
        if paths.isEmpty { return "reload.test_first is set, and \(TestFiles.folder) has no tests" }
        var results: [TestResult] = []
        for path in paths {
            let file = TestFileRun(
                path: path, title: TestFiles.title(path, root: root), subjects: subjects, library: library,
                options: TestOptions(timeout: Self.timeout), write: { _, _ in })
            results += try await file.run()
        }
        let failed = results.filter { $0.failure != nil }
        guard let first = failed.first, let failure = first.failure else { return nil }
        let place = failure.place.map { "\($0): " } ?? ""
        let message = failure.message.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "; ")
        return "\(failed.count) of \(results.count) tests failed; \(place)\(first.fullName): \(message)"
    }

    private func currentStamps() -> Stamps {
        var stamps: Stamps = [:]
        for folder in Self.folders.map({ "\(root)/\($0)" }) {
            for name in (try? SourceFile.luaFiles(in: folder)) ?? [] {
                stamps["\(folder)/\(name)"] = FileStamp(path: "\(folder)/\(name)")
            }
        }
        // A golden file is replaced, never written in place: its folder changes.
        let golden = "\(root)/\(TestFiles.folder)/golden"
        stamps[golden] = FileStamp(path: golden)
        return stamps
    }
}
