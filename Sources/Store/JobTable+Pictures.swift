internal import Generation

/// The table of kept pictures. Its statements are made when they are needed: a picture comes once in seconds.
extension JobTable {
    func insert(_ picture: KeptPicture) throws(GenerationError) {
        let insert = try connection.prepare(
            """
            INSERT OR REPLACE INTO pictures (job, place, sha256, size, width, height, content_type, url, path, kept,
                request, any_seed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        try insert.bind(
            .text(picture.job), .integer(Int64(picture.index)), .text(picture.sha256), .integer(Int64(picture.size)),
            SQLiteValue(picture.width.map(Int64.init)), SQLiteValue(picture.height.map(Int64.init)),
            SQLiteValue(picture.contentType), .text(picture.url), .text(picture.path),
            .integer(picture.kept.milliseconds), SQLiteValue(picture.request?.exact),
            SQLiteValue(picture.request?.anySeed))
        _ = try insert.step()
    }

    /// What is kept stays so, though its address has gone.
    func insertLostPicture(job: String, index: Int, url: String, at time: Timestamp) throws(GenerationError) {
        let insert = try connection.prepare(
            "INSERT OR IGNORE INTO pictures (job, place, url, kept) VALUES (?, ?, ?, ?)")
        try insert.bind(.text(job), .integer(Int64(index)), .text(url), .integer(time.milliseconds))
        _ = try insert.step()
    }

    func pictures(of jobs: [String]) throws(GenerationError) -> [String: [KeptPicture]] {
        let select = try connection.prepare("\(Self.selectPicture) WHERE job = ? AND sha256 IS NOT NULL ORDER BY place")
        var pictures: [String: [KeptPicture]] = [:]
        for job in jobs {
            try select.bind(.text(job))
            while try select.step() { pictures[job, default: []].append(picture(select)) }
            select.reset()
        }
        return pictures
    }

    func pictures(at path: String) throws(GenerationError) -> [KeptPicture] {
        let select = try connection.prepare("\(Self.selectPicture) WHERE path = ?")
        try select.bind(.text(path))
        var pictures: [KeptPicture] = []
        while try select.step() { pictures.append(picture(select)) }
        return pictures
    }

    func jobs(answering request: RequestKey, anySeed: Bool, limit: Int) throws(GenerationError) -> [String] {
        let column = anySeed ? "any_seed" : "request"
        let select = try connection.prepare(
            "SELECT job FROM pictures WHERE \(column) = ? GROUP BY job ORDER BY min(kept) LIMIT ?")
        try select.bind(.text(anySeed ? request.anySeed : request.exact), .integer(Int64(limit)))
        var jobs: [String] = []
        while try select.step() { jobs.append(select.text(0) ?? "") }
        return jobs
    }

    func job(withOutput url: String) throws(GenerationError) -> Job? {
        let select = try connection.prepare(
            """
            SELECT id FROM jobs WHERE state = 'completed' AND instr(output, ?) > 0 ORDER BY created DESC, rowid DESC LIMIT 1
            """)
        try select.bind(.text(url))
        guard try select.step(), let id = select.text(0) else { return nil }
        return try job(id)
    }

    func jobsLackingPictures(run: String?) throws(GenerationError) -> [Job] {
        let select = try connection.prepare(
            """
            SELECT jobs.id FROM jobs JOIN runs ON runs.id = jobs.run
                WHERE keeps = 1 AND state = 'completed' AND (?1 IS NULL OR jobs.run = ?1)
                AND json_array_length(iif(json_valid(output), output, '{}'), '$.images') >
                    (SELECT count(*) FROM pictures WHERE pictures.job = jobs.id)
                ORDER BY jobs.created, jobs.rowid
            """)
        try select.bind(SQLiteValue(run))
        var ids: [String] = []
        while try select.step() { ids.append(select.text(0) ?? "") }
        var jobs: [Job] = []
        for id in ids { if let job = try job(id) { jobs.append(job) } }
        return jobs
    }

    private static let selectPicture = """
        SELECT job, place, sha256, size, width, height, content_type, url, path, kept, request, any_seed FROM pictures
        """

    private func picture(_ row: SQLiteStatement) -> KeptPicture {
        let key = row.text(10).flatMap { exact in row.text(11).map { RequestKey(exact: exact, anySeed: $0) } }
        return KeptPicture(
            job: row.text(0) ?? "", index: row.integer(1), sha256: row.text(2) ?? "", size: row.integer(3),
            width: row.number(4).map { Int($0) }, height: row.number(5).map { Int($0) }, contentType: row.text(6),
            url: row.text(7) ?? "", path: row.text(8) ?? "", kept: Timestamp(milliseconds: Int64(row.integer(9))),
            request: key)
    }
}
