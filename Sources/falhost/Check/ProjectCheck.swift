import EventLoop
import Generation
import JSON
import Scripting

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Looks at everything that operators of a project write.
@LoopActor
final class ProjectCheck {
    let host: Host
    let project: Project
    /// In which the problems are told.
    let language: Language
    /// How many of each were looked at, in this order.
    private var counts: [(Checked, Int)] = []

    init(host: Host, language: Language) throws {
        self.host = host
        self.language = language
        project = try host.projectFolder()
    }

    /// `looked at 6 presets, 2 rules, 2 avatars, 9 scripts`.
    var summary: String {
        language.wording("looked at ", "проверено: ")
            + counts.map { kind, number in kind.counted(number, in: language) }.joined(separator: ", ")
    }

    func problems() async throws -> [CheckProblem] {
        try await presets() + trainingPresets() + rules() + avatars() + scripts()
    }

    // MARK: Presets

    private func presets() async throws -> [CheckProblem] {
        let source = try host.presets()
        let names = try source.presetNames()
        counts.append((.preset, names.count))
        var problems = try sources(in: "presets", .sandboxed)
        for name in names {
            let file = "presets/\(name).lua"
            // A file that does not compile has been named already.
            if problems.contains(where: { $0.place == file }) { continue }
            do throws(GenerationError) {
                let preset = try source.preset(named: name)
                problems += place(preset.problems)
                if preset.problems.isEmpty { problems += try await ranges(name) }
            } catch {
                if case .brokenPreset(let file, let fault) = error {
                    let problem = CheckProblem(file, reason: fault.message(in: language))
                    let line = fault.isAboutParent ? self.line(of: "extends", in: file) : nil
                    problems.append(CheckProblem(file, line: problem.line ?? line, problem.message))
                } else {
                    problems.append(CheckProblem(file, line: nil, error.message(in: language)))
                }
            }
        }
        var seen: Set<CheckProblem> = []
        return problems.filter { seen.insert($0).inserted }
    }

    /// What each kind of avatar's endpoint does not take.
    private func ranges(_ preset: String) async throws(GenerationError) -> [CheckProblem] {
        var problems: [CheckProblem] = []
        for avatar in Self.examples {
            do {
                _ = try await host.service().explain(
                    GenerationRequest(
                        avatar: .avatar(avatar), prompt: "portrait", overrides: ["preset": .string(preset)]))
            } catch GenerationError.invalidConfig(let faults) {
                problems += place(faults)
            } catch let error as GenerationError {
                // Rules are looked at by themselves.
                if error.code != .ruleFailed { throw error }
            } catch {
                throw .cancelled
            }
        }
        return problems
    }

    /// One for each kind of avatar, as good as any for planning.
    private static let examples = TrainingType.allCases.map { type in
        Avatar(
            id: "example", name: "Example", trainingType: type.rawValue, status: "completed",
            diffusersLoraFileURL: "https://v3.fal.media/files/example.safetensors", triggerPhrase: "TOK",
            finetuneID: "example", triggerWord: "TOK")
    }

    /// A problem's file, and the line where its key stands there.
    func place(_ problems: [ConfigProblem]) -> [CheckProblem] {
        problems.map { problem in
            guard case .preset(let name, let place) = problem.origin else {
                return CheckProblem("presets", line: nil, problem.message(in: language))
            }
            let line = place.line ?? line(of: problem.key, in: place.file)
            let message = problem.message(in: language, isPlaced: false)
            return CheckProblem(place.file.isEmpty ? name : place.file, line: line, message)
        }
    }

    /// The first line of a preset's file that has the word.
    private func line(of word: String, in file: String) -> Int? {
        (try? SourceFile.read(project.root + "/" + file)).flatMap { SourceFile.line(of: word, in: $0) }
    }

    // MARK: Rules

    private func rules() throws -> [CheckProblem] {
        var problems = try sources(in: "scripts/rules", .sandboxed)
        counts.append((.rule, ((try? SourceFile.luaFiles(in: project.rules)) ?? []).count))
        let contexts = Self.examples.flatMap { avatar in
            ["balanced", "ultra"].map { preset in
                RuleContext(
                    avatar: avatar, preset: preset, config: ["preset": .string(preset)], endpoint: "fal-ai/flux-lora")
            }
        }
        let prompts = [
            "smiling portrait in a park", "портрет «в парке», ТОК", String(repeating: "many words, ", count: 150),
        ]
        let failures = try LuaPromptRules.problems(
            in: project.rules, library: project.library, prompts: prompts, contexts: contexts,
            language: language)
        problems += failures.filter { failure in
            !problems.contains { $0.place == failure.place && $0.line == failure.line }
        }
        return problems
    }

    // MARK: Avatars

    private func avatars() async throws -> [CheckProblem] {
        let avatars = try await host.avatars().avatars()
        counts.append((.avatar, avatars.count))
        return AvatarCheck.problems(in: avatars).map { id, fault in
            CheckProblem(language.wording("avatar", "аватар") + " \(id)", line: nil, fault.message(in: language))
        }
    }

    // MARK: Scripts

    private func scripts() throws -> [CheckProblem] {
        let before = ((try? SourceFile.luaFiles(in: project.root + "/scripts")) ?? []).count
        counts.append((.script, before))
        let tests = ((try? SourceFile.luaFiles(in: project.root + "/scripts/tests")) ?? []).count
        if tests > 0 { counts.append((.testFile, tests)) }
        return try sources(in: "scripts", .script) + sources(in: "scripts/lib", .script)
            + sources(in: "scripts/tests", .test)
    }

    private func sources(in folder: String, _ kind: SourceCheck.Kind) throws -> [CheckProblem] {
        let path = project.root + "/" + folder
        guard access(path, F_OK) == 0 else { return [] }
        let check = try SourceCheck(kind)
        return try SourceFile.luaFiles(in: path).flatMap { name in
            try check.problems(in: SourceFile.read(path + "/" + name), title: folder + "/" + name, language: language)
        }
    }
}

/// What a project has, as `falhost check` counts it.
private enum Checked {
    case preset
    case rule
    case avatar
    case script
    case testFile

    func counted(_ number: Int, in language: Language) -> String {
        switch self {
        case .preset: language.count(number, "preset", ("пресет", "пресета", "пресетов"))
        case .rule: language.count(number, "rule", ("правило", "правила", "правил"))
        case .avatar: language.count(number, "avatar", ("аватар", "аватара", "аватаров"))
        case .script: language.count(number, "script", ("скрипт", "скрипта", "скриптов"))
        case .testFile: language.count(number, "test file", ("файл тестов", "файла тестов", "файлов тестов"))
        }
    }
}
