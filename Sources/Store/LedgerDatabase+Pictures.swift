package import Generation

extension LedgerDatabase: PictureIndex {
    package func add(_ picture: KeptPicture) async throws(GenerationError) {
        try await write(.picture(picture))
    }

    package func lose(_ index: Int, of job: String, at url: String) async throws(GenerationError) {
        try await write(.lostPicture(job: job, index: index, url: url, .now))
    }

    package func pictures(of jobs: [String]) async throws(GenerationError) -> [String: [KeptPicture]] {
        try await read { (table) throws(GenerationError) in try table.pictures(of: jobs) }
    }

    package func pictures(at path: String) async throws(GenerationError) -> [KeptPicture] {
        try await read { (table) throws(GenerationError) in try table.pictures(at: path) }
    }

    package func jobs(
        answering request: RequestKey, anySeed: Bool, limit: Int
    ) async throws(GenerationError) -> [String] {
        try await read { (table) throws(GenerationError) in
            try table.jobs(answering: request, anySeed: anySeed, limit: limit)
        }
    }

    package func job(withOutput url: String) async throws(GenerationError) -> Job? {
        try await read { (table) throws(GenerationError) in try table.job(withOutput: url) }
    }

    package func jobsLackingPictures(run: String?) async throws(GenerationError) -> [Job] {
        try await read { (table) throws(GenerationError) in try table.jobsLackingPictures(run: run) }
    }
}
