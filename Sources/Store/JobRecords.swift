internal import Generation

/// Reads what statistics need, without the jobs' whole rows.
enum JobRecords {
    static func read(_ connection: SQLiteConnection, _ filter: RecordFilter) throws(GenerationError) -> [JobRecord] {
        let select = try connection.prepare(query)
        try select.bind(
            SQLiteValue(filter.run), SQLiteValue(filter.since?.milliseconds), .integer(filter.simulated ? 1 : 0))
        var records: [JobRecord] = []
        while try select.step() { records.append(try record(select, connection)) }
        return records
    }

    /// What jobs come to as a budget counts it: see `JobTotal`.
    static func total(
        _ connection: SQLiteConnection, since: Timestamp, simulated: Bool, except run: String
    ) throws(GenerationError) -> JobTotal {
        let select = try connection.prepare(
            """
            SELECT sum(coalesce(price, estimate)), count(*) FILTER (WHERE price IS NULL OR price > 0) FROM jobs
                JOIN runs ON runs.id = jobs.run WHERE created >= ?1 AND simulated = ?2 AND jobs.run <> ?3
            """)
        try select.bind(.integer(since.milliseconds), .integer(simulated ? 1 : 0), .text(run))
        guard try select.step() else { return JobTotal() }
        return JobTotal(committed: select.dollars(0) ?? .zero, jobs: select.integer(1))
    }

    /// An output that SQLite cannot read as JSON has no flags that count.
    private static let query = """
        WITH flags AS (
            SELECT jobs.id AS job, count(flag.value) AS checked, total(flag.value) AS flagged
                FROM jobs, json_each(iif(json_valid(output), output, '{}'), '$.has_nsfw_concepts') AS flag
                WHERE flag.type IN ('true', 'false') GROUP BY jobs.id
        )
        SELECT jobs.run, endpoint, avatar, preset, created, state, iif(state = 'completed', updated - began, NULL), estimate, unit_price, price,
            checked, flagged
            FROM jobs JOIN runs ON runs.id = jobs.run
            LEFT JOIN flags ON flags.job = jobs.id
            WHERE (?1 IS NULL OR jobs.run = ?1) AND (?2 IS NULL OR created >= ?2) AND simulated = ?3
            ORDER BY created, jobs.rowid
        """

    private static func record(
        _ row: SQLiteStatement, _ connection: SQLiteConnection
    ) throws(GenerationError) -> JobRecord {
        guard let state = row.text(5).flatMap(Job.State.Name.init) else {
            throw .storage(path: connection.path, .other(reason: "a job has an unreadable state"))
        }
        return JobRecord(
            run: row.text(0) ?? "", endpoint: row.text(1) ?? "", avatar: row.text(2), preset: row.text(3),
            created: Timestamp(milliseconds: Int64(row.integer(4))), state: state,
            duration: row.number(6).map { .milliseconds(Int64($0)) },
            cost: JobCost(estimate: row.dollars(7), perUnit: row.dollars(8), price: row.dollars(9)),
            checkedPictures: row.integer(10), flaggedPictures: row.integer(11))
    }
}
