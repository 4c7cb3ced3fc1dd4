import ArgumentParser
import EventLoop
import Gallery
import Generation

/// `falhost gallery`: the pictures of a run as one HTML page.
struct GalleryCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "gallery", abstract: "Write a page with the pictures of a run; it needs no network and no server.")

    static let examples = [
        "falhost gallery                          # the last run that made pictures",
        "falhost gallery --open",
        "falhost gallery 20261122-192005-3f9a --page pictures.html --contact-sheet pictures.png",
        "falhost gallery --since 7d --embed       # all in one file, to be sent to somebody",
    ]

    @Argument(help: "Id of a run (default: the last one that made pictures).", completion: ProjectNames.runs) var runID:
        String?

    @Flag(help: "The pictures of all runs.") var all = false

    @Option(help: ArgumentHelp("The pictures since then: 7d, 12h, 30m or 2026-11-22.", valueName: "time"))
    var since: Since?

    @OptionGroup var output: GalleryOutput
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        if [runID != nil, all, since != nil].count(where: { $0 }) > 1 {
            throw ValidationError("A run, --all and --since exclude each other.")
        }
    }

    func run() throws {
        let (output, runID, all, since) = (output, runID, all, since)
        try runCommand(project) { host in
            let choice = try await Self.choice(runID, all, since, try host.ledger())
            let jobs = try await host.ledger().jobs(JobFilter(run: choice.run)).filter { job in
                since.map { job.created >= $0.time } ?? true
            }
            if jobs.isEmpty {
                throw CommandError(.inputMissing, "the ledger has no job \(choice.words): falhost jobs list")
            }
            let document = GalleryDocument(
                title: choice.title, language: host.language.rawValue, made: Timestamp.now.milliseconds,
                entries: try await entries(of: jobs, host))
            try await output.write(document, name: choice.name, with: host)
        }
    }

    /// What is shown: a run, or all of them.
    private struct Choice {
        let run: String?
        /// Of the page's file.
        let name: String
        /// Empty for all of them: the page has a word for that.
        let title: String
        /// Which jobs, in a message.
        let words: String
    }

    @LoopActor
    private static func choice(
        _ run: String?, _ all: Bool, _ since: Since?, _ ledger: any JobLedger
    ) async throws -> Choice {
        if all { return Choice(run: nil, name: "all", title: "", words: "yet") }
        if let since {
            let day = String(since.time.description.prefix(10))
            return Choice(run: nil, name: "since-\(day)", title: "\(day) –", words: "since then")
        }
        if let run {
            guard try await ledger.run(run) != nil else {
                throw CommandError(.inputMissing, "the ledger has no run '\(run)': falhost jobs list")
            }
            return Choice(run: run, name: run, title: run, words: "of run \(run)")
        }
        guard let last = try await ledger.jobs(JobFilter(states: [.completed], limit: 1)).first else {
            throw CommandError(.inputMissing, "no run has made pictures yet; failed jobs: falhost gallery --all")
        }
        return Choice(run: last.run, name: last.run, title: last.run, words: "of run \(last.run)")
    }
}

/// The entries of jobs, newest first; their files are looked up.
@LoopActor
private func entries(of jobs: [Job], _ host: Host) async throws -> [GalleryEntry] {
    var runs: [String: Run] = [:]
    let ledger = try host.ledger()
    let files = try await (ledger as? any PictureIndex)?.pictures(of: jobs.map(\.id)) ?? [:]
    // Without a project there is no store, only files with names.
    let objects = try? host.projectFolder().data + "/objects"
    var entries: [GalleryEntry] = []
    for job in jobs {
        if runs[job.run] == nil { runs[job.run] = try await ledger.run(job.run) }
        entries += GalleryEntry.entries(of: job, in: runs[job.run], files: files[job.id] ?? [], objects: objects)
    }
    return entries
}
