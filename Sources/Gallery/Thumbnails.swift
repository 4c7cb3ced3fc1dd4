import FalClient

/// Small copies of pictures, as a page has them in itself.
package enum Thumbnails {
    /// The longer side in pixels: sharp on a card of 160 points at two pixels a point.
    package static let side = 320
    /// WebP takes half of what JPEG takes at this size, and every browser since 2020 reads it.
    static let format = PictureFormat.webp
    private static let quality = 74

    /// Nil when libgd is there, else why not and what to install.
    package static var problem: PictureError? { Bitmap.libraryProblem.map { .noLibrary($0) } }

    /// One thumbnail for each path, side by side on all cores; ends early with errors for the rest when the task is
    /// cancelled.
    ///
    /// - Parameter onProgress: told after each how many are done.
    package static func make(
        of paths: [String], onProgress: (_ done: Int) -> Void = { _ in }
    ) async -> [Result<[UInt8], PictureError>] {
        if let problem { return paths.map { _ in .failure(problem) } }
        return await withTaskGroup(of: (Int, Result<[UInt8], PictureError>).self) { group in
            var thumbnails = [Result<[UInt8], PictureError>](
                repeating: .failure(.unreadable("cancelled")), count: paths.count)
            var next = 0
            func startNext() {
                guard next < paths.count, !group.isCancelled else { return }
                let index = next
                next += 1
                let path = paths[index]
                // It reads a file and computes for milliseconds: nothing for the loop.
                group.addTask(executorPreference: globalConcurrentExecutor) { (index, Self.result(path)) }
            }
            // The pool has a thread a core; a few more only keep it from waiting for us.
            for _ in 0..<min(16, paths.count) { startNext() }
            var done = 0
            while let (index, thumbnail) = await group.next() {
                thumbnails[index] = thumbnail
                done += 1
                onProgress(done)
                startNext()
            }
            return thumbnails
        }
    }

    private static func result(_ path: String) -> Result<[UInt8], PictureError> {
        Result { () throws(PictureError) in try make(of: path) }
    }

    private static func make(of path: String) throws(PictureError) -> [UInt8] {
        let picture = try Bitmap(try PictureFile.read(path))
        let (width, height) = fitted(picture.width, picture.height, into: side)
        guard let small = Bitmap(width: width, height: height, colour: 0xFFFFFF) else {
            throw .unreadable("not enough memory")
        }
        small.draw(picture, x: 0, y: 0, width: width, height: height)
        guard let thumbnail = small.encoded(format, quality: quality) else { throw .unreadable("not enough memory") }
        return thumbnail
    }

    /// The size with the longer side `side` at most, in the same proportion.
    static func fitted(_ width: Int, _ height: Int, into side: Int) -> (width: Int, height: Int) {
        let longer = max(width, height)
        if longer <= side { return (width, height) }
        return (max(1, (width * side + longer / 2) / longer), max(1, (height * side + longer / 2) / longer))
    }
}
