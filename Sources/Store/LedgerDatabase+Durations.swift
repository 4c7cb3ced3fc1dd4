package import Generation

extension LedgerDatabase {
    /// How long the latest completed jobs of a preset at an endpoint took, from the submit to the result: at most 1,000.
    ///
    /// - Parameter simulated: those of simulators, else those of real servers: they are never mixed.
    package func durations(
        endpoint: String, preset: String, simulated: Bool
    ) async throws(GenerationError) -> [Duration] {
        try await read { (table) throws(GenerationError) in
            let select = try table.connection.prepare(
                """
                SELECT updated - began FROM jobs JOIN runs ON runs.id = jobs.run
                    WHERE state = 'completed' AND began IS NOT NULL AND endpoint = ?1 AND preset = ?2 AND simulated = ?3
                    ORDER BY created DESC LIMIT 1000
                """)
            try select.bind(.text(endpoint), .text(preset), .integer(simulated ? 1 : 0))
            var durations: [Duration] = []
            while try select.step() { durations.append(.milliseconds(Int64(select.integer(0)))) }
            return durations
        }
    }
}
