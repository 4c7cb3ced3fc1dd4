import ArgumentParser
import EventLoop
import Gallery
import Generation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a page of pictures goes, and what goes with it.
struct GalleryOutput: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The page's file (default: .falhost/gallery in the project, by the run's id).", valueName: "file"))
    var page: String?

    @Option(help: ArgumentHelp("Also draw all pictures on one PNG, for a chat.", valueName: "file"))
    var contactSheet: String?

    @Flag(help: "Put the whole pictures into the page, not only thumbnails: it needs no other file then.")
    var embed = false

    @Flag(help: "Open the page in the browser, when standard output is a terminal.")
    var open = false

    func validate() throws {
        if page?.isEmpty == true { throw ValidationError("--page takes the name of a file.") }
        if contactSheet?.isEmpty == true { throw ValidationError("--contact-sheet takes the name of a file.") }
    }

    /// Writes page and sheet, and prints where they are.
    @LoopActor
    func write(_ document: GalleryDocument, name: String, with host: Host) async throws {
        let page = Project.absolute(try self.page ?? host.projectFolder().data + "/gallery/\(name).html")
        let thumbnails = try await thumbnails(
            of: document, showsProgress: !host.settings.quiet && StatusLine.isPossible)
        let (folder, embed) = (Project.parent(page), embed)
        let html = try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await Self.html(document, thumbnails, folder: folder, embedsFiles: embed)
        }
        try NewFile.write(html, to: page)
        Console.output(page)
        if let contactSheet { try await draw(document, thumbnails, to: contactSheet) }
        if open { try show(page) }
    }

    /// Reads and writes for a while: nothing for the loop.
    @concurrent
    private static func html(
        _ document: GalleryDocument, _ thumbnails: [[UInt8]?], folder: String, embedsFiles: Bool
    ) async throws -> [UInt8] {
        try GalleryPage.html(document, thumbnails: thumbnails, folder: folder, embedsFiles: embedsFiles) {
            Console.note("not embedded: \($0): \($1)")
        }
    }

    /// Draws for seconds when there are many.
    @concurrent
    private static func sheet(
        _ document: GalleryDocument, _ thumbnails: [[UInt8]?]
    ) async throws(PictureError) -> ContactSheet {
        try ContactSheet(document, thumbnails: thumbnails)
    }

    /// A page without them is a page still; it shows the files themselves then.
    private func thumbnails(of document: GalleryDocument, showsProgress: Bool) async throws -> [[UInt8]?] {
        if let problem = Thumbnails.problem {
            if contactSheet != nil { throw CommandError(.configuration, "no contact sheet: \(problem)") }
            Console.note("the page has no thumbnails and shows the files themselves: \(problem)")
            return []
        }
        let files = document.entries.map { $0.picture?.file }
        let paths = files.compactMap { $0 }
        var made = await Thumbnails.make(of: paths) { done in
            // Each takes some milliseconds.
            if showsProgress, done % 16 == 0 { StatusLine.show("thumbnails: \(done) of \(paths.count)") }
        }.makeIterator()
        StatusLine.clear()
        if Task.isCancelled { throw GenerationError.cancelled }
        return files.map { file in
            guard let file else { return nil }
            switch made.next() {
            case .success(let thumbnail)?: return thumbnail
            case .failure(let problem)?: Console.note("no thumbnail: \(file): \(problem)")
            case nil: break
            }
            return nil
        }
    }

    private func draw(_ document: GalleryDocument, _ thumbnails: [[UInt8]?], to file: String) async throws {
        let sheet = try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await Self.sheet(document, thumbnails)
        }
        if Task.isCancelled { throw GenerationError.cancelled }
        if !sheet.hasLabels { Console.note("the contact sheet has no labels: fontconfig knows no sans-serif font") }
        try NewFile.write(sheet.png, to: file)
        Console.output(file)
    }

    /// The desktop's own way to open a file; it goes on by itself.
    private func show(_ page: String) throws {
        guard isatty(STDOUT_FILENO) == 1 else { return Console.note("not opened: standard output is no terminal") }
        #if canImport(Darwin)
            let opener = "open"
        #else
            let opener = "xdg-open"
        #endif
        var process = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(opener), strdup(page), nil]
        defer { words.forEach { free($0) } }
        #if canImport(Darwin)
            let environment = _NSGetEnviron().pointee
        #else
            let environment = environ
        #endif
        let status = posix_spawnp(&process, opener, nil, nil, &words, environment)
        guard status == 0 else {
            throw CommandError(.inputMissing, "cannot start \(opener): \(String(cString: strerror(status)))")
        }
    }
}
