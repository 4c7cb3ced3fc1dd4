package import EventLoop
package import FalClient

/// Downloads the pictures of jobs, keeps them under their content and their names, and records them.
@LoopActor
package final class PictureKeeper {
    /// Looks at, or rewrites, a file that has come and is not kept yet: what it leaves is what is hashed.
    package typealias Preparation = @LoopActor (_ path: String, PictureSource) async throws(GenerationError) -> Void
    /// Told of a picture once its file and its row are durable.
    package typealias Observer = @LoopActor (KeptPicture, PictureSource) async throws(GenerationError) -> Void

    package var preparations: [Preparation] = []
    package var observers: [Observer] = []

    let files: PictureFiles
    let index: (any PictureIndex)?
    private let client: FalClient
    private let template: NameTemplate
    private let recent: (@LoopActor (String) -> PictureSource?)?
    /// Names that are being given, and to whom: two downloads at a time must not take one for their own.
    private var naming: [String: String] = [:]
    private var hasFetched = false

    /// - Parameters:
    ///   - objects: the folder of contents; nil keeps only the named files.
    ///   - folder: the folder of names.
    ///   - recent: finds a picture of this run by its address.
    package init(
        client: FalClient, objects: String?, folder: String, index: (any PictureIndex)?, template: NameTemplate,
        recent: (@LoopActor (String) -> PictureSource?)? = nil
    ) {
        self.client = client
        files = PictureFiles(objects: objects, folder: folder)
        self.index = index
        self.template = template
        self.recent = recent
    }

    /// Keeps the picture at an address; nil when no job is known that made it.
    package func keep(_ url: String) async throws(GenerationError) -> KeptPicture? {
        guard let source = try await source(of: url) else { return nil }
        return try await keep(source)
    }

    /// Keeps a picture; one that is kept already is not fetched again.
    ///
    /// - Parameter template: in place of the name that the job's order asks for, or else the keeper's own.
    package func keep(
        _ source: PictureSource, as template: NameTemplate? = nil
    ) async throws(GenerationError) -> KeptPicture {
        let template = template ?? usualTemplate(for: source)
        if let kept = try await existing(source, template) { return kept }
        do throws(GenerationError) {
            return try await fetch(source, template)
        } catch {
            if case .fal(let error) = error, error.code == .expired {
                try await index?.lose(source.index, of: source.job, at: source.recordedURL)
            }
            throw error
        }
    }

    private func usualTemplate(for source: PictureSource) -> NameTemplate { source.order.pictureName ?? template }

    private func source(of url: String) async throws(GenerationError) -> PictureSource? {
        if let source = recent?(url) { return source }
        guard let index, url.prefix(5).lowercased() != "data:", let job = try await index.job(withOutput: url) else {
            return nil
        }
        return PictureSource.all(of: job).first { $0.url == url }
    }

    // MARK: A new picture

    private func fetch(_ source: PictureSource, _ template: NameTemplate) async throws(GenerationError) -> KeptPicture {
        let (files, isFirst) = (files, !hasFetched)
        hasFetched = true
        let incoming = try await offLoop { () throws(FalError) in
            if isFirst { files.removeLeftovers() }
            return try files.makeIncomingPath()
        }
        do throws(GenerationError) {
            let download: FalDownload
            do throws(FalError) {
                download = try await client.download(source.url, to: incoming, expecting: .picture)
            } catch {
                throw .fal(error)
            }
            for prepare in preparations { try await prepare(incoming, source) }
            let type = download.contentType
            let (content, object) = try await offLoop { () throws(FalError) in
                try files.take(incoming) { $0?.format.fileExtension ?? source.fileExtension }
            }
            do throws(GenerationError) {
                return try await record(source, content, object, type, template)
            } catch {
                guard files.objects != nil, case .fal(var failure) = error else { throw error }
                // Paid for, and here: only its name could not be given.
                failure.message += "; its content is in \(object)"
                throw .fal(failure)
            }
        } catch {
            files.remove(incoming)
            throw error
        }
    }

    private func record(
        _ source: PictureSource, _ content: PictureFiles.Content, _ object: String, _ type: String?,
        _ template: NameTemplate
    ) async throws(GenerationError) -> KeptPicture {
        let ext = content.header?.format.fileExtension ?? source.fileExtension
        let path = try await name(object, content, source, ext, template)
        defer { naming[path] = nil }
        let kept = KeptPicture(
            job: source.job, index: source.index, sha256: content.sha256, size: content.size,
            width: content.header?.width, height: content.header?.height,
            contentType: content.header?.format.contentType ?? type, url: source.recordedURL, path: path, kept: .now,
            request: RequestKey(source.order))
        try await index?.add(kept)
        for observe in observers { try await observe(kept, source) }
        return kept
    }

    /// Gives an object the first free name; one that a killed process gave to this very picture is taken over.
    private func name(
        _ object: String, _ content: PictureFiles.Content, _ source: PictureSource, _ ext: String,
        _ template: NameTemplate
    ) async throws(GenerationError) -> String {
        let components = template.components(for: source, fileExtension: ext)
        let (files, owner) = (files, "\(source.job)/\(source.index)")
        var number = 1
        while true {
            let path = Self.path(in: files.folder, components, number)
            number += 1
            if let other = naming[path], other != owner { continue }
            naming[path] = owner
            do throws(GenerationError) {
                switch try await offLoop({ () throws(FalError) in try files.place(object, content, at: path) }) {
                case .placed: return path
                case .taken(isSame: true) where try await isFree(path, for: source):
                    if files.objects == nil { files.remove(object) }
                    return path
                case .taken: naming[path] = nil
                }
            } catch {
                naming[path] = nil
                throw error
            }
        }
    }

    private func isFree(_ path: String, for source: PictureSource) async throws(GenerationError) -> Bool {
        guard let index else { return true }
        return try await index.pictures(at: path).allSatisfy { $0.job == source.job && $0.index == source.index }
    }

    private static func path(in folder: String, _ components: [String], _ number: Int) -> String {
        var components = components
        if number > 1, let file = components.popLast() {
            let dot = file.lastIndex(of: ".") ?? file.endIndex
            components.append("\(file[..<dot])-\(number)\(file[dot...])")
        }
        return ([folder] + components).joined(separator: "/")
    }

    // MARK: A picture that is there

    /// The picture as it is kept, under its name in this folder; nil when it has to be fetched.
    func existing(
        _ source: PictureSource, _ template: NameTemplate? = nil
    ) async throws(GenerationError) -> KeptPicture? {
        guard let index,
            let kept = try await index.pictures(of: [source.job])[source.job]?.first(where: { $0.index == source.index }
            )
        else { return nil }
        if kept.path.hasPrefix(files.folder + "/"), await isIntact(kept) { return kept }
        let (files, ext) = (files, PictureFormat(contentType: kept.contentType ?? "")?.fileExtension)
        let found = try await offLoop { () throws(FalError) -> (String, PictureFiles.Content)? in
            guard let path = files.object(kept.sha256, ext: ext ?? source.fileExtension) else { return nil }
            return (path, try PictureFiles.content(of: path))
        }
        guard let (object, content) = found else { return nil }
        return try await record(source, content, object, kept.contentType, template ?? usualTemplate(for: source))
    }

    /// Whether a kept picture's file is there with its content.
    func isIntact(_ kept: KeptPicture) async -> Bool {
        let content = try? await offLoop { () throws(FalError) in try PictureFiles.content(of: kept.path) }
        return content?.sha256 == kept.sha256
    }

    /// Runs what waits for the disk in the global pool, whatever executor the caller prefers.
    private func offLoop<Value: Sendable>(
        _ body: @escaping @Sendable () throws(FalError) -> Value
    ) async throws(GenerationError) -> Value {
        let result = await withTaskExecutorPreference(globalConcurrentExecutor) {
            await Self.concurrently(body)
        }
        do throws(FalError) {
            return try result.get()
        } catch {
            throw .fal(error)
        }
    }

    @concurrent private nonisolated static func concurrently<Value: Sendable>(
        _ body: @Sendable () throws(FalError) -> Value
    ) async -> Result<Value, FalError> {
        Result { () throws(FalError) in try body() }
    }
}

extension PictureSource {
    /// As the address or the data URI ends, where the content does not tell: a vector graphic, a film.
    var fileExtension: String {
        if isData {
            let subtype = url.dropFirst(5).prefix { $0 != ";" && $0 != "," }.split(separator: "/").last ?? ""
            return Self.plain(subtype.prefix { $0 != "+" }) ?? "bin"
        }
        let name = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return "bin" }
        return Self.plain(name[name.index(after: dot)...]) ?? "bin"
    }

    private static func plain(_ ext: Substring) -> String? {
        let isPlain = (1...5).contains(ext.utf8.count) && ext.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return isPlain ? ext.lowercased() : nil
    }

    /// The address as the index has it: a data URI without its data.
    package var recordedURL: String { isData ? String(url.prefix { $0 != "," }) : url }
}
