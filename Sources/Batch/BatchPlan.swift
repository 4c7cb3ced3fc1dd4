package import Generation
package import JSON

/// All jobs that a batch asks for: its lines crossed with avatars and presets, alternatives and variables put in.
package struct BatchPlan: Sendable {
    /// How the alternatives of a prompt are chosen.
    package enum Expansion: Sendable, Equatable {
        /// Drawn for each job; the same seed draws the same.
        case drawn(seed: UInt64)
        /// Every combination is a job.
        case combinations
    }

    package struct Options: Sendable {
        /// For lines that name no avatar.
        package var avatars: [String]
        /// For lines that name no preset; nil is the usual one.
        package var presets: [String?]
        package var variables: [String: String]
        package var expansion: Expansion
        /// How often each prompt is made.
        package var copies: Int

        package init(
            avatars: [String], presets: [String?] = [nil], variables: [String: String] = [:], expansion: Expansion,
            copies: Int = 1
        ) {
            self.avatars = avatars
            self.presets = presets
            self.variables = variables
            self.expansion = expansion
            self.copies = copies
        }
    }

    package let jobs: [BatchJob]
    /// Whether any prompt has alternatives.
    package let hasChoices: Bool

    /// More than anybody means; a few alternatives too many make it quickly.
    package static let mostJobs = 100_000

    /// - Parameter limit: how many of the jobs are taken, the first ones.
    package init(_ lines: [BatchLine], _ options: Options, limit: Int? = nil) throws(BatchFileError) {
        let problems = lines.flatMap { Self.problems(of: $0, options) }
        if !problems.isEmpty { throw BatchFileError(problems) }
        let most = min(limit ?? .max, Self.mostJobs + 1)
        var jobs: [BatchJob] = []
        for line in lines {
            Self.expand(line, options, most: most, into: &jobs)
            if jobs.count >= most { break }
        }
        if jobs.count > Self.mostJobs {
            let message = "more than \(Self.mostJobs) jobs; take fewer with --limit, or draw alternatives"
            throw BatchFileError([BatchProblem(line: jobs[Self.mostJobs].line, message)])
        }
        self.jobs = jobs
        hasChoices = lines.contains { $0.prompt.combinations > 1 }
    }

    private static func problems(of line: BatchLine, _ options: Options) -> [BatchProblem] {
        var problems: [BatchProblem] = []
        if line.avatar == nil, options.avatars.isEmpty {
            problems.append(BatchProblem(line: line.number, "no avatar: name one with --avatar, or in the line"))
        }
        if let fileName = line.fileName {
            do throws(NameTemplateError) { _ = try NameTemplate(fileName: fileName) } catch {
                problems.append(BatchProblem(line: line.number, "file '\(fileName)': \(error)"))
            }
        }
        for name in line.prompt.variables
        where line.variables[name] == nil && options.variables[name] == nil && !BatchJob.ownVariables.contains(name) {
            let known = Array(Set(options.variables.keys).union(line.variables.keys).union(BatchJob.ownVariables))
            problems.append(
                BatchProblem(
                    line: line.number,
                    "{{\(name)}} has no value: give it with --var \(name)=…; known: \(known.sorted().joined(separator: ", "))"
                ))
        }
        return problems
    }

    private static func expand(_ line: BatchLine, _ options: Options, most: Int, into jobs: inout [BatchJob]) {
        let avatars = line.avatar.map { [$0] } ?? options.avatars
        let presets = line.preset.map { [$0] } ?? options.presets
        let ways = options.expansion == .combinations ? line.prompt.combinations : 1
        for avatar in avatars {
            for preset in presets {
                for way in 0..<ways {
                    for _ in 0..<options.copies {
                        if jobs.count >= most { return }
                        jobs.append(job(jobs.count + 1, line, avatar, preset, way, options))
                    }
                }
            }
        }
    }

    private static func job(
        _ number: Int, _ line: BatchLine, _ avatar: String, _ preset: String?, _ way: Int, _ options: Options
    ) -> BatchJob {
        var variables = options.variables.merging(line.variables) { $1 }
        for name in BatchJob.ownVariables where variables[name] == nil {
            variables[name] = BatchJob.ownVariable(name, number: number, line: line.number, avatar: avatar)
        }
        let prompt: String
        switch options.expansion {
        case .combinations: prompt = line.prompt.combination(way, with: variables)
        case .drawn(let seed):
            // By the job's number: what is drawn for one job does not depend on the others.
            var generator = SplitMix64(seed: seed ^ SplitMix64.scrambled(UInt64(number)))
            prompt = line.prompt.drawn(with: variables, using: &generator)
        }
        return BatchJob(
            number: number, line: line.number, avatar: avatar, preset: preset, prompt: prompt,
            name: line.fileName.flatMap { try? NameTemplate(fileName: $0) }, overrides: line.overrides)
    }
}

/// One generation of a batch.
package struct BatchJob: Sendable, Equatable {
    /// Counted from 1, in the order of the batch.
    package let number: Int
    /// The line of the file that asks for it; in a retry its number in the batch that is retried.
    package let line: Int
    package let avatar: String
    /// Nil is the usual one.
    package let preset: String?
    /// With alternatives and variables put in.
    package let prompt: String
    /// What its pictures are to be called; nil is what all are called.
    package let name: NameTemplate?
    package let overrides: JSONObject

    package init(
        number: Int, line: Int, avatar: String, preset: String?, prompt: String, name: NameTemplate? = nil,
        overrides: JSONObject
    ) {
        self.number = number
        self.line = line
        self.avatar = avatar
        self.preset = preset
        self.prompt = prompt
        self.name = name
        self.overrides = overrides
    }

    /// Variables that every prompt may use.
    static let ownVariables = ["number", "line", "avatar"]

    static func ownVariable(_ name: String, number: Int, line: Int, avatar: String) -> String? {
        switch name {
        case "number": String(number)
        case "line": String(line)
        case "avatar": avatar
        default: nil
        }
    }
}
