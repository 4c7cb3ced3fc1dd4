package import EventLoop
import Generation
import JSON
import LuaRuntime

/// One test file, run in a Lua state of its own.
@LoopActor
package final class TestFileRun {
    /// Puts a golden file where it belongs.
    package typealias Writer = @LoopActor (_ text: String, _ path: String) throws -> Void

    let subjects: TestSubjects
    let options: TestOptions
    private let path: String
    private let title: String
    private let library: String
    private let write: Writer
    private var results: [TestResult] = []
    private var running: (name: [String], start: ContinuousClock.Instant)?
    /// By the golden file, which test it belongs to.
    private var owners: [String: String] = [:]
    /// How many golden files were written or replaced.
    package private(set) var writtenCount = 0

    /// - Parameters:
    ///   - title: how messages call the file.
    ///   - library: `scripts/lib`, which tests may `require` from.
    package init(
        path: String, title: String, subjects: TestSubjects, library: String, options: TestOptions,
        write: @escaping Writer
    ) {
        self.path = path
        self.title = title
        self.subjects = subjects
        self.library = library
        self.options = options
        self.write = write
    }

    /// Why the file is no Lua; nil when it compiles. Throws when it cannot be read.
    package func syntaxFault() throws -> String? {
        let text = try SourceFile.read(path)
        let state = try LuaState(.trusted)
        defer { state.close() }
        do throws(LuaError) {
            _ = try state.load(text, name: "@" + title)
            return nil
        } catch {
            return error.description
        }
    }

    /// Runs the file; one result for each test, and one more where the file itself fails.
    package func run() async throws -> [TestResult] {
        let text = try SourceFile.read(path)
        let state = try LuaState(.trusted)
        defer { state.close() }
        let limit = ScriptLimits.described(options.timeout)
        try state.limitBurst(to: options.timeout, message: "the test ran for \(limit) (--timeout sets the limit)")
        for module in [TestModule.make(self), JSONModule.make(), LuaModule.task()] + Self.absent {
            state.preload(module)
        }
        state.searchFirst(in: library)
        state.searchFirst(in: folder)
        let file = try state.load(text, name: "@" + title)
        let driver = try state.load(
            Array("local file = ... require('\(TestModule.name)').run(file)".utf8), name: "=[test]")
        do throws(LuaError) {
            try await state.runScript(driver) { stack in
                stack.push(file)
                return 1
            }
        } catch {
            if error.kind == .cancelled { throw error }
            end(Self.message(error), at: error.position)
        }
        if let code = state.exitCode {
            end("the file ends the run with os.exit(\(code))", at: nil)
        }
        return results
    }

    /// The message without the place, which stands beside it.
    private static func message(_ error: LuaError) -> String {
        guard let position = error.position, error.message.hasPrefix(position + ": ") else { return error.message }
        return String(error.message.dropFirst(position.count + 2))
    }

    /// What scripts have and tests do not: it could send something.
    private static var absent: [LuaModule] {
        [
            LuaModule(
                name: "fal", functions: [],
                prelude: .init("error(\"tests send nothing: there is no module 'fal' here\", 0)", chunkName: "=[test]")),
            LuaModule(
                name: "avatars", functions: [],
                prelude: .init(
                    "error(\"tests bring their avatars along: there is no module 'avatars' here\", 0)",
                    chunkName: "=[test]")),
        ]
    }

    private var folder: String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    // MARK: What the file's tests report

    /// Whether the test of this name, with its groups, is to run.
    func begin(_ name: [String]) -> Bool {
        let full = name.joined(separator: " ")
        guard options.filters.isEmpty || options.filters.contains(where: { full.contains($0) }) else { return false }
        running = (name, .now)
        return true
    }

    /// The test that runs has ended; without one the file itself has.
    ///
    /// - Parameter message: why it failed; nil when it did not.
    func end(_ message: String?, at place: String?) {
        let name = running?.name ?? ["the file"]
        let duration = running.map { .now - $0.start } ?? .zero
        running = nil
        var message = message
        if message == nil, duration >= options.timeout {
            let limit = ScriptLimits.described(options.timeout)
            message = "what it has spawned did not end in \(limit) (--timeout sets the limit)"
        }
        results.append(
            TestResult(
                file: title, groups: Array(name.dropLast()), name: name.last ?? "", duration: duration,
                failure: message.map { TestFailure(message: $0, place: place) }))
    }

    // MARK: Golden files

    /// What the golden file of that name holds; it is written first when that was asked for.
    func golden(_ name: String, _ value: JSONValue) throws(TestFault) -> JSONValue {
        let isPlain = name.allSatisfy { "_-".contains($0) || $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard isPlain, !name.isEmpty else {
            throw TestFault(description: "'\(name)' is no name of a golden file: letters, digits, _ and - make one")
        }
        let test = running?.name.joined(separator: " ") ?? title
        if let owner = owners.updateValue(test, forKey: name), owner != test {
            throw TestFault(description: "golden/\(name).json belongs to the test '\(owner)' already: name another")
        }
        let file = "\(folder)/golden/\(name).json"
        if options.updatesGolden { try update(file, value) }
        return try read(file, name)
    }

    /// The golden files that tests asked for.
    package var goldenPaths: [String] { owners.keys.map { "\(folder)/golden/\($0).json" } }

    private func read(_ file: String, _ name: String) throws(TestFault) -> JSONValue {
        do {
            return try JSONValue(parsing: try SourceFile.read(file))
        } catch let error as SourceFile.ReadError where error.isMissing {
            throw TestFault(description: "there is no golden/\(name).json yet: falhost test --update writes it")
        } catch let error as SourceFile.ReadError {
            throw TestFault(description: error.description)
        } catch {
            throw TestFault(description: "golden/\(name).json: \(error)")
        }
    }

    /// A file that says the same already is left as it is.
    private func update(_ file: String, _ value: JSONValue) throws(TestFault) {
        do {
            let text = try value.serialized(.pretty) + [UInt8(ascii: "\n")]
            if let present = try? SourceFile.read(file), present == text { return }
            try write(String(decoding: text, as: UTF8.self), file)
            writtenCount += 1
        } catch {
            throw TestFault(description: "\(error)")
        }
    }
}
