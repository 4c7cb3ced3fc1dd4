internal import FalClient
internal import Gallery
internal import Generation

/// What one look at a photo's bytes tells.
struct PhotoFacts: Sendable {
    let file: PhotoFile
    /// Why it cannot be read; all else is unknown then.
    var problem: String?
    var header: PictureHeader?
    var sha256 = ""
    var checksum: UInt32 = 0
    /// What it looks like; nil where that cannot be told.
    var likeness: PictureLikeness?

    /// Larger files are not read: fal's own toolkit downloads pictures of up to 50 MB.
    static let mostBytes = 50_000_000

    init(_ file: PhotoFile) {
        self.file = file
        if file.size > Self.mostBytes { return }
        do throws(ArchiveError) {
            let bytes = try file.bytes()
            sha256 = SHA256.digest(of: bytes) ?? ""
            checksum = Checksum.of(bytes)
            guard file.kind == .photo else { return }
            header = PictureHeader(size: bytes.count) { offset, count in
                Array(bytes.dropFirst(max(0, offset)).prefix(count))
            }
            if header?.isWhole == true { likeness = PictureLikeness(of: bytes) }
        } catch {
            problem = error.description
        }
    }

    /// Looks at all files, a few side by side on the global pool.
    @concurrent static func read(_ files: [PhotoFile]) async -> [PhotoFacts] {
        await withTaskGroup(of: (Int, PhotoFacts).self) { group in
            var facts = [PhotoFacts?](repeating: nil, count: files.count)
            var next = 0
            func startNext() {
                guard next < files.count, !group.isCancelled else { return }
                let (index, file) = (next, files[next])
                next += 1
                group.addTask(executorPreference: globalConcurrentExecutor) { (index, PhotoFacts(file)) }
            }
            // Each has a photo and its pixels in memory.
            for _ in 0..<4 { startNext() }
            while let (index, fact) = await group.next() {
                facts[index] = fact
                startNext()
            }
            return facts.compactMap(\.self)
        }
    }
}
