package import Generation

extension LedgerDatabase {
    /// How many jobs are not at their end.
    ///
    /// Takes the file's write lock for it: throws what would keep a change from being written.
    package func openJobs() async throws(GenerationError) -> Int {
        try await write(.probe)
        return try await read { (table) throws(GenerationError) in
            try table.connection.number("SELECT count(*) FROM jobs WHERE ended IS NULL")
        }
    }
}
