import EventLoop
import FalClient
import Generation

extension Host {
    /// Keeps a result's pictures, under the usual names when none is given, and returns their paths; an error says where the picture is: it is paid for.
    func keep(_ result: GenerationResult, as name: NameTemplate? = nil) async throws(GenerationError) -> [String] {
        if result.isCached { return result.images.compactMap(\.path) }
        var files: [String] = []
        for source in try recentPictures(of: result) {
            do throws(GenerationError) {
                files.append(try await madePictures().keep(source, as: name).path)
            } catch {
                guard case .fal(var failure) = error else { throw error }
                failure.message += "; the picture is at \(source.url)"
                throw .fal(failure)
            }
        }
        madeJobs?.forgetPictures(of: result.jobID)
        return files
    }

    private func recentPictures(of result: GenerationResult) throws(GenerationError) -> [PictureSource] {
        do {
            return try jobs().recentPictures(of: result.jobID) ?? []
        } catch {
            throw .invalidPictureFolder(error)
        }
    }

    private func madePictures() throws(GenerationError) -> PictureKeeper {
        do {
            return try pictures()
        } catch {
            throw .invalidPictureFolder(error)
        }
    }
}

extension GenerationError {
    /// What a host says that has no place for pictures.
    fileprivate static func invalidPictureFolder(_ error: any Error) -> GenerationError {
        (error as? GenerationError) ?? .storage(path: "pictures", .other(reason: "\(error)"))
    }
}
