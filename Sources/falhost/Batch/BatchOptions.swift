import ArgumentParser
import Batch
import Generation
import JSON
import Scripting

/// What a batch is made of.
struct BatchOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Avatars for the lines that name none: a,b,c.", valueName: "ids"),
        completion: ProjectNames.avatarList,
        transform: BatchOptions.list)
    var avatar: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Presets for the lines that name none: x,y.", valueName: "names"),
        completion: ProjectNames.presetList,
        transform: BatchOptions.list)
    var preset: [String] = []

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Override one value of the presets.", valueName: "key=value"),
        completion: ProjectNames.settings)
    var overrides: [String] = []

    @Option(
        name: .customLong("var"), help: ArgumentHelp("The value of {{name}} in the prompts.", valueName: "name=value"))
    var variables: [String] = []

    @Flag(help: "Make every combination of the alternatives {a|b}; without it one is drawn for each job.")
    var combinations = false

    @Option(
        help: ArgumentHelp("What alternatives are drawn from; the same number draws the same.", valueName: "number"))
    var draw: UInt64?

    @Option(help: ArgumentHelp("How often each prompt is made.", valueName: "count"))
    var copies = 1

    @Option(help: ArgumentHelp("Take only so many of the jobs, the first ones.", valueName: "count"))
    var limit: Int?

    @Option(
        help: ArgumentHelp("How the file is written: txt, csv or jsonl (default: by its name).", valueName: "format"))
    var format: BatchFormat?

    func validate() throws {
        if copies < 1 { throw ValidationError("--copies takes a number above 0.") }
        if let limit, limit < 1 { throw ValidationError("--limit takes a number above 0.") }
        if combinations, draw != nil { throw ValidationError("--combinations draws nothing: leave out --draw.") }
        for pair in variables {
            guard let equals = pair.firstIndex(of: "="), PromptTemplate.isVariableName(pair[..<equals]) else {
                throw ValidationError("--var \(pair): expected name=value; a name is letters, digits and _.")
            }
        }
    }

    /// `a,b` and repeated options are the same.
    private static func list(_ text: String) throws -> String {
        if text.split(separator: ",", omittingEmptySubsequences: false).contains(where: \.isEmpty) {
            throw ValidationError("'\(text)' has an empty name.")
        }
        return text
    }

    private static func names(_ lists: [String]) -> [String] {
        lists.flatMap { $0.split(separator: ",").map(String.init) }
    }

    func lines(_ file: String) throws -> [BatchLine] {
        do {
            return try BatchFile.read(try SourceFile.read(file), as: try format(of: file))
        } catch let error as BatchFileError {
            throw BatchOptions.refusal(of: file, error)
        }
    }

    /// Whether two batches of one file make the same jobs, where this one does not say what it draws from.
    func asksForTheSame(as earlier: BatchOptions) -> Bool {
        identity == earlier.identity && (draw == nil || draw == earlier.draw)
    }

    private var identity: [[String]] {
        [
            Self.names(avatar), Self.names(preset), overrides, variables,
            ["\(combinations)", "\(copies)", limit.map { "\($0)" } ?? "", format?.rawValue ?? ""],
        ]
    }

    /// True when nothing is asked for here.
    var isEmpty: Bool {
        draw == nil && identity == [[], [], [], [], ["false", "1", "", ""]]
    }

    /// The jobs of a file's lines; `draw` is the seed that its alternatives are drawn from.
    func plan(_ lines: [BatchLine], of file: String, draw: UInt64) throws -> BatchPlan {
        do {
            let presets: [String?] = Self.names(preset)
            let pairs = variables.map { pair -> (String, String) in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts[1]))
            }
            return try BatchPlan(
                lines,
                BatchPlan.Options(
                    avatars: Self.names(avatar), presets: presets.isEmpty ? [nil] : presets,
                    variables: Dictionary(pairs) { $1 }, expansion: combinations ? .combinations : .drawn(seed: draw),
                    copies: copies), limit: limit)
        } catch {
            throw BatchOptions.refusal(of: file, error)
        }
    }

    /// The whole file is refused, with each line that is wrong; nothing of it was sent.
    static func refusal(of file: String, _ error: BatchFileError) -> CommandError {
        let name = file == "-" ? "standard input" : file
        var lines = error.problems.prefix(20).map { "\(name):\($0.line): \($0.message)" }
        if error.problems.count > lines.count { lines.append("… and \(error.problems.count - lines.count) more") }
        return CommandError(.invalidData, "nothing was sent: \(name) cannot be used\n" + lines.joined(separator: "\n"))
    }

    /// Whether the seed of what is drawn matters.
    func isDrawn(in plan: BatchPlan) -> Bool { !combinations && plan.hasChoices }

    private func format(of file: String) throws -> BatchFormat {
        if let format = format ?? BatchFormat(path: file) { return format }
        if file == "-" { return .text }
        throw ValidationError("\(file): name its format with --format txt, csv or jsonl.")
    }
}

extension BatchFormat: ExpressibleByArgument {}
