internal import EventLoop
internal import FalClient
internal import Generation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One training from its packed photos to its job at fal.
@LoopActor
struct TrainingStart {
    let service: TrainingService
    let plan: TrainingPlan
    let archive: PhotoArchive
    let watch: TrainingService.Watcher

    func perform() async throws(GenerationError) -> SubmittedJob {
        let request = plan.request
        var avatar =
            try await service.avatars.avatar(id: plan.avatarID)
            ?? Avatar(id: plan.avatarID, name: request.name, trainingType: request.type.rawValue, status: "draft")
        avatar.begin(request.type, name: request.name, trigger: request.trigger, userID: request.userID)
        try await service.avatars.save([avatar])
        do throws(GenerationError) {
            try await move(&avatar, to: Avatar.Status.uploading)
            let url = try await upload()
            try await move(&avatar, to: Avatar.Status.ready)
            return try await submit(url)
        } catch {
            try await end(&avatar, error)
            throw explained(error)
        }
    }

    private func move(_ avatar: inout Avatar, to status: String) async throws(GenerationError) {
        avatar.status = status
        try await service.avatars.save([avatar])
    }

    /// What the avatar is after a failure before its job was at fal.
    private func end(_ avatar: inout Avatar, _ error: GenerationError) async throws(GenerationError) {
        if case .fal(let error) = error {
            // fal may have it: the ledger's job says more, and `falhost resume` finds it out.
            if error.code == .submitUnknown { return }
            if error.code == .cancelled {
                // The process ends: the same call goes on where this one was.
                if service.client.leavesJobs { return }
                avatar.end(Avatar.Status.cancelled, reason: "cancelled before it was sent")
                return try await saveWhateverHappens(avatar)
            }
        }
        avatar.end(Avatar.Status.error, reason: "\(error.message(in: .english)) [\(error.code.rawValue)]")
        try await saveWhateverHappens(avatar)
    }

    /// The calling task may be cancelled.
    private func saveWhateverHappens(_ avatar: Avatar) async throws(GenerationError) {
        let avatars = service.avatars
        let saving = LoopActor.spawn { try await avatars.save([avatar]) }
        if case .failure(let error) = await saving.result {
            throw (error as? GenerationError) ?? .storage(path: "avatars", .other(reason: "\(error)"))
        }
    }

    // MARK: Upload

    private func upload() async throws(GenerationError) -> String {
        let client = service.client
        let shelf = UploadShelf(folder: service.folder + "/uploads", server: client.hosts.storage)
        // What is uploaded to the built-in simulator ends with this process.
        let isKept = service.jobs.run.server != Run.builtInSimulator
        do throws(FalError) {
            let record = isKept ? await shelf.record(archive.sha256) : nil
            var begun: PartialUpload?
            switch record {
            case .done(let url, _)?:
                if try await isThere(url) {
                    watch(.uploadedBefore(url: url))
                    removeArchive()
                    return url
                }
            case .partial(let partial)?: begun = partial
            case nil: break
            }
            watch(.uploading(bytes: archive.size))
            let url = try await client.upload(
                .file(archive.path), fileName: "photos.zip", contentType: "application/zip", from: begun
            ) { [archive, watch] partial throws(FalError) in
                let count = (archive.size + partial.partSize - 1) / partial.partSize
                watch(.uploadedParts(done: partial.etags.count, of: count))
                if isKept { try await shelf.save(.partial(partial), of: archive.sha256) }
            }
            if isKept { try await shelf.save(.done(url: url, time: .now), of: archive.sha256) }
            removeArchive()
            return url
        } catch {
            throw .fal(error)
        }
    }

    /// fal keeps files for a while only. What cannot be asked for is uploaded anew.
    private func isThere(_ url: String) async throws(FalError) -> Bool {
        do throws(FalError) {
            return try await service.client.hasFile(at: url)
        } catch {
            if error.code == .cancelled { throw error }
            return false
        }
    }

    /// Packed for the upload, and made again from the photos in no time.
    private func removeArchive() {
        if archive.isOurs { unlink(archive.path) }
    }

    // MARK: Job

    private func submit(_ url: String) async throws(GenerationError) -> SubmittedJob {
        let endpoint: EndpointID
        do throws(FalError) {
            endpoint = try EndpointID(plan.trainer.id)
        } catch {
            throw .fal(error)
        }
        var order = JobOrder(
            endpoint: endpoint, arguments: plan.arguments(archive: url),
            options: JobOptions(timeout: plan.request.timeout), subject: nil)
        order.training = JobOrder.Training(
            avatarID: plan.avatarID, product: plan.trainer.product.rawValue, preset: plan.request.preset,
            archive: archive.sha256, photos: plan.photos.count, keepsFile: plan.request.keepsFile)
        return try await service.jobs.submit(
            order, options: SubmitOptions(), deadline: .now + plan.request.timeout, isAwaited: true)
    }

    /// Of a trainer that fal has given up, its errors say so.
    private func explained(_ error: GenerationError) -> GenerationError { plan.trainer.explained(error) }
}
