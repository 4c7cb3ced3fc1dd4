internal import EventLoop
internal import FalClient
internal import Generation

/// One training from its packed photos to its job at fal.
@LoopActor
struct TrainingStart {
    let service: TrainingService
    let plan: TrainingPlan
    let archive: PhotoArchive
    let watch: TrainingService.Watcher

    func perform() async throws(GenerationError) -> SubmittedJob {
        try await begin()
        do throws(GenerationError) {
            try await move(to: Avatar.Status.uploading)
            let url = try await upload()
            try await move(to: Avatar.Status.ready)
            return try await submit(url)
        } catch {
            try await end(error)
            throw plan.trainer.explained(error, in: service.settings.language)
        }
    }

    /// The avatar's row as a draft: a new one, or one whose training came to nothing.
    private func begin() async throws(GenerationError) {
        let (id, request) = (plan.avatarID, plan.request)
        let draft: @Sendable (Avatar) -> Avatar = { avatar in
            avatar.changed {
                $0.begin(request.type, name: request.name, trigger: request.trigger, userID: request.userID)
            }
        }
        let new = draft(Avatar(id: id, name: request.name, trainingType: request.type.rawValue, status: "draft"))
        if try await service.avatars.add(new) { return }
        _ = try await service.avatars.update(id) { (avatar) throws(GenerationError) in draft(avatar) }
    }

    private func move(to status: String) async throws(GenerationError) {
        _ = try await service.avatars.update(plan.avatarID) { (avatar) throws(GenerationError) in
            avatar.changed { $0.status = status }
        }
    }

    /// What the avatar is after a failure before its job was at fal.
    private func end(_ error: GenerationError) async throws(GenerationError) {
        // Another process trains it under the same key, and its job says what the avatar is.
        if case .storage(_, .keyTaken) = error { return }
        var (status, reason) = (Avatar.Status.error, "\(error.message(in: .english)) [\(error.code.rawValue)]")
        if case .fal(let error) = error {
            // fal may have it: the ledger's job says more, and `falhost resume` finds it out.
            if error.code == .submitUnknown { return }
            if error.code == .cancelled {
                // The process ends: the same call goes on where this one was.
                if service.client.leavesJobs { return }
                (status, reason) = (Avatar.Status.cancelled, "cancelled before it was sent")
            }
        }
        // The calling task may be cancelled.
        let (avatars, id, ending) = (service.avatars, plan.avatarID, (status, reason))
        let saving = LoopActor.spawn {
            _ = try await avatars.update(id) { (avatar) throws(GenerationError) in
                avatar.changed { $0.end(ending.0, reason: ending.1) }
            }
        }
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
                    archive.remove()
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
            archive.remove()
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

    // MARK: Job

    private func submit(_ url: String) async throws(GenerationError) -> SubmittedJob {
        try await service.jobs.submit(
            try plan.order(archive, at: url), options: SubmitOptions(), deadline: .now + plan.request.timeout,
            isAwaited: true)
    }
}
