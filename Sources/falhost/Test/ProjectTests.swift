import EventLoop
import Generation
import Scripting

/// The test files of a project that are to run.
@LoopActor
final class ProjectTests {
    private let project: Project
    private let options: TestOptions
    private let words: [String]
    private let paths: [String]
    private let files: [TestFileRun]

    /// Throws when there is no test, or when a file is no Lua: then nothing is run.
    init(host: Host, words: [String], options: TestOptions) throws {
        project = try host.projectFolder()
        self.options = options
        self.words = words
        let subjects = TestSubjects(
            presets: try host.presets(), rules: project.rules, library: project.library, log: host.reloadLog,
            settings: try host.generationSettings())
        paths = try Self.paths(words, project)
        let project = project
        files = paths.map { path in
            TestFileRun(
                path: path, title: TestFiles.title(path, root: project.root), subjects: subjects,
                library: project.library,
                options: options, write: { text, path in try NewFile.write(text, to: path) })
        }
        let faults = try files.compactMap { try $0.syntaxFault() }
        if !faults.isEmpty { throw CommandError(.invalidData, faults.joined(separator: "\n")) }
    }

    /// Runs file after file.
    func run(reportingTo report: any TestReport) async throws -> [TestResult] {
        let start = ContinuousClock.now
        var results: [TestResult] = []
        report.begin()
        for (path, file) in zip(paths, files) {
            let ofFile = try await file.run()
            report.add(ofFile, of: TestFiles.title(path, root: project.root))
            results += ofFile
        }
        if results.isEmpty { throw CommandError(.inputMissing, emptiness) }
        report.end(TestSummary(results, .now - start, written: files.reduce(0) { $0 + $1.writtenCount }))
        if words.isEmpty, options.filters.isEmpty, results.allSatisfy({ $0.failure == nil }) { tellStale() }
        return results
    }

    /// Golden files that no test asked for, when all were run and reached their end.
    private func tellStale() {
        let wanted = Set(files.flatMap(\.goldenPaths))
        let folder = "\(project.root)/\(TestFiles.folder)/golden"
        for name in NewFile.names(in: folder).sorted() where name.hasSuffix(".json") {
            if wanted.contains("\(folder)/\(name)") { continue }
            Console.note("no test asks for \(TestFiles.folder)/golden/\(name): remove it, or mend the test's name")
        }
    }

    private var emptiness: String {
        options.filters.isEmpty
            ? "the test files have no tests: it(\"…\", function() … end) is one"
            : "no test has \(options.filters.map { "'\($0)'" }.joined(separator: " or ")) in its name"
    }

    // MARK: Which files

    private static func paths(_ words: [String], _ project: Project) throws -> [String] {
        let all = try TestFiles.paths(root: project.root)
        guard !words.isEmpty else {
            if all.isEmpty {
                throw CommandError(.inputMissing, "no tests: \(TestFiles.folder) has no file that ends in _test.lua")
            }
            return all
        }
        var paths: [String] = []
        for word in words {
            let found = try named(word, among: all, project)
            paths += found.filter { !paths.contains($0) }
        }
        return paths
    }

    private static func named(_ word: String, among all: [String], _ project: Project) throws -> [String] {
        if word.hasSuffix(".lua") || word.contains("/") {
            guard NewFile.exists(word) else { throw CommandError(.inputMissing, "there is no test file '\(word)'") }
            return [Project.absolute(word)]
        }
        let found = all.filter { $0.dropFirst(project.root.count + TestFiles.folder.count + 2).contains(word) }
        if found.isEmpty {
            throw CommandError(.inputMissing, "no test file in \(TestFiles.folder) has '\(word)' in its name")
        }
        return found
    }
}
