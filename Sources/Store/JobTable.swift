internal import FalClient
internal import Generation
internal import JSON

/// The tables of runs and jobs, and their prepared statements.
struct JobTable {
    let connection: SQLiteConnection
    private let insertRun: SQLiteStatement
    private let insertJob: SQLiteStatement
    private let moveJob: SQLiteStatement
    private let reopenJob: SQLiteStatement
    private let endJob: SQLiteStatement
    private let selectPricing: SQLiteStatement
    private let sumOfDay: SQLiteStatement
    let sources: SourceTable

    init(_ connection: SQLiteConnection) throws(GenerationError) {
        self.connection = connection
        sources = try SourceTable(connection)
        insertRun = try connection.prepare(
            """
            INSERT OR IGNORE INTO runs (id, started, script, server, simulated, keeps, file, arguments, resumes,
                script_hash, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insertJob = try connection.prepare(
            """
            INSERT INTO jobs (id, run, created, updated, state, endpoint, arguments, seed, timeout, priority, avatar,
                preset, prompt, estimate, unit_price, began, history, place, drawn_seed, overrides, sources,
                asked, call_key, training, picture_name)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        let change = """
            UPDATE jobs SET updated = ?2, state = ?3, history = history || ?4, request_id = coalesce(?5, request_id),
                response_url = coalesce(?6, response_url), status_url = iif(?6 IS NULL, status_url, ?7),
                cancel_url = iif(?6 IS NULL, cancel_url, ?8)
            """
        let move = "\(change), error_code = NULL, error = NULL, began = coalesce(began, ?9)"
        // Naming a column writes the indexes that it is in, whatever its value: a price and an end come with an end only.
        moveJob = try connection.prepare("\(move) WHERE id = ?1 AND ended IS NULL")
        reopenJob = try connection.prepare("\(move), ended = NULL WHERE id = ?1")
        endJob = try connection.prepare(
            """
            \(change), error_code = ?9, error = ?10, output = ?11, billable_units = ?12, price = ?13, ended = ?14
                WHERE id = ?1
            """)
        selectPricing = try connection.prepare("SELECT unit_price, request_id IS NOT NULL FROM jobs WHERE id = ?")
        sumOfDay = try connection.prepare(
            """
            SELECT sum(price), sum(estimate) FILTER (WHERE price IS NULL) FROM jobs
                JOIN runs ON runs.id = jobs.run WHERE created >= ?1 AND simulated = ?2
            """)
    }

    // MARK: Writing; the caller has opened a transaction

    func insert(_ run: Run) throws(GenerationError) {
        defer { insertRun.reset() }
        try insertRun.bind(
            .text(run.id), .integer(run.started.milliseconds), .text(run.script), .text(run.server),
            .integer(run.isSimulated ? 1 : 0), .integer(run.keepsPictures ? 1 : 0),
            SQLiteValue(run.invocation?.file), SQLiteValue(try Self.arguments(of: run)), SQLiteValue(run.resumes),
            SQLiteValue(run.scriptHash), SQLiteValue(run.version))
        _ = try insertRun.step()
    }

    /// A new job is an intent or already being submitted; its run is there.
    func insert(_ job: Job, arguments: String) throws(GenerationError) {
        defer { insertJob.reset() }
        let (order, subject) = (job.order, job.order.subject)
        try insertJob.set(1, job.id)
        try insertJob.set(2, job.run)
        try insertJob.set(3, job.created.milliseconds)
        try insertJob.set(4, job.updated.milliseconds)
        try insertJob.set(5, job.state.name.rawValue)
        try insertJob.set(6, order.endpoint.description)
        try insertJob.set(7, arguments)
        try insertJob.set(8, order.seed)
        try insertJob.set(9, order.options.timeout.milliseconds)
        try insertJob.set(10, order.options.priority?.rawValue)
        try insertJob.set(11, subject?.avatarID)
        try insertJob.set(12, subject?.preset)
        try insertJob.set(13, subject?.prompt)
        try insertJob.set(14, job.cost.estimate?.nanos)
        try insertJob.set(15, job.cost.perUnit?.nanos)
        try insertJob.set(16, job.state.beginning(at: job.updated))
        try insertJob.set(17, JobHistory.line(job.state, at: job.updated))
        try insertJob.set(18, order.place?.number)
        try insertJob.set(19, order.hasDrawnSeed ? Int64(1) : 0)
        try insertJob.set(20, subject?.overridesText())
        try insertJob.set(21, sources.id(of: subject?.sources))
        try insertJob.set(22, order.asked?.stored())
        try insertJob.set(23, job.key)
        try insertJob.set(24, trainingText(order))
        try insertJob.set(25, order.pictureName?.text)
        _ = try insertJob.step()
    }

    private func trainingText(_ order: JobOrder) throws(GenerationError) -> String? {
        guard let training = order.training else { return nil }
        return try JSONValue.object(training.json).text()
    }

    /// - Parameter cost: the job's, where it is at hand.
    func update(
        _ id: String, to state: Job.State, at time: Timestamp, cost: JobCost? = nil
    ) throws(GenerationError) {
        if state.isEnded { return try run(endJob, id, state, time, cost) }
        try run(moveJob, id, state, time, cost)
        if connection.changes == 0 { try run(reopenJob, id, state, time, cost) }
    }

    private func run(
        _ change: SQLiteStatement, _ id: String, _ state: Job.State, _ time: Timestamp, _ cost: JobCost?
    ) throws(GenerationError) {
        defer { change.reset() }
        let request = state.request
        let failure = state.failure
        try change.set(1, id)
        try change.set(2, time.milliseconds)
        try change.set(3, state.name.rawValue)
        try change.set(4, JobHistory.line(state, at: time))
        try change.set(5, request?.requestID ?? failure?.requestID)
        try change.set(6, request?.responseURL)
        try change.set(7, request?.unusualStatusURL)
        try change.set(8, request?.unusualCancelURL)
        if state.isEnded {
            try change.set(9, failure?.code)
            try change.set(10, failure?.message)
            try change.set(11, state.output?.output.text())
            try change.set(12, state.output?.billableUnits)
            try change.set(13, price(of: id, in: state, cost)?.nanos)
            try change.set(14, state.name.isOpen ? nil : time.milliseconds)
        } else {
            try change.set(9, state.beginning(at: time))
        }
        _ = try change.step()
    }

    private func price(
        of id: String, in state: Job.State, _ cost: JobCost?
    ) throws(GenerationError) -> Dollars? {
        if let cost, state.request != nil { return state.price(perUnit: cost.perUnit, reachedFal: true) }
        defer { selectPricing.reset() }
        try selectPricing.bind(.text(id))
        guard try selectPricing.step() else { return nil }
        let reachedFal = state.request != nil || selectPricing.integer(1) != 0
        return state.price(perUnit: selectPricing.dollars(0), reachedFal: reachedFal)
    }

    // MARK: Reading

    /// What the jobs since then have cost, and what those without a known price may have cost or cost yet.
    func sum(since time: Timestamp, simulated: Bool) throws(GenerationError) -> (spent: Dollars, reserved: Dollars) {
        defer { sumOfDay.reset() }
        try sumOfDay.bind(.integer(time.milliseconds), .integer(simulated ? 1 : 0))
        guard try sumOfDay.step() else { return (.zero, .zero) }
        return (sumOfDay.dollars(0) ?? .zero, sumOfDay.dollars(1) ?? .zero)
    }

    func job(_ id: String) throws(GenerationError) -> Job? {
        let select = try connection.prepare("\(Self.select) WHERE id = ?")
        try select.bind(.text(id))
        return try select.step() ? try job(select) : nil
    }

    /// Newest first.
    func jobs(_ filter: JobFilter) throws(GenerationError) -> [Job] {
        let (condition, values) = Self.condition(filter)
        let select = try connection.prepare("\(Self.select)\(condition) ORDER BY created DESC, rowid DESC LIMIT ?")
        try select.bind(values + [.integer(Int64(min(filter.limit, Int(Int32.max))))])
        var jobs: [Job] = []
        while try select.step() { jobs.append(try job(select)) }
        return jobs
    }

    /// What stands behind WHERE, and the values of its parameters.
    private static func condition(_ filter: JobFilter) -> (String, [SQLiteValue]) {
        var terms: [String] = []
        var values: [SQLiteValue] = []
        if let run = filter.run {
            terms.append("run = ?")
            values.append(.text(run))
        }
        if let prefix = filter.idPrefix {
            // Ids are hexadecimal: all that begin so lie before the prefix with a letter behind it.
            terms.append("id BETWEEN ? AND ? || 'g'")
            values += [.text(prefix), .text(prefix)]
        }
        if let request = filter.request {
            terms.append("request_id = ?")
            values.append(.text(request))
        }
        if let key = filter.key {
            terms.append("call_key = ?")
            values.append(.text(key))
        }
        if let since = filter.since {
            terms.append("created >= ?")
            values.append(.integer(since.milliseconds))
        }
        if filter.trainsAvatars { terms.append("training IS NOT NULL") }
        if !filter.states.isEmpty {
            // The names come from an enumeration of ours: no quoting is needed.
            let states = filter.states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            terms.append("state IN (\(states))")
            if filter.states.isSubset(of: Job.State.Name.open) { terms.append("ended IS NULL") }
        }
        return (terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND "), values)
    }

    /// Oldest first.
    func history(_ id: String) throws(GenerationError) -> [JobStep] {
        let select = try connection.prepare("SELECT history FROM jobs WHERE id = ?")
        try select.bind(.text(id))
        guard try select.step() else { return [] }
        guard let steps = JobHistory.steps(select.text(0) ?? "") else {
            throw .storage(path: connection.path, .other(reason: "job \(id) has an unreadable history"))
        }
        return steps
    }

    private static let select = """
        SELECT id, run, created, updated, state, endpoint, arguments, timeout, priority, avatar, preset, prompt,
            request_id, status_url, response_url, cancel_url, error_code, error, output, billable_units,
            estimate, unit_price, price, place, drawn_seed, overrides,
            (SELECT document FROM sources WHERE sources.id = jobs.sources), asked, call_key, training, picture_name FROM jobs
        """

    private func job(_ row: SQLiteStatement) throws(GenerationError) -> Job {
        let id = row.text(0) ?? ""
        func damaged(_ column: String) -> GenerationError {
            .storage(path: connection.path, .other(reason: "job \(id) has an unreadable \(column)"))
        }
        guard let endpoint = try? EndpointID(row.text(5) ?? "") else { throw damaged("endpoint") }
        guard let name = row.text(4).flatMap(Job.State.Name.init) else { throw damaged("state") }
        guard case .object(let arguments)? = try? JSONValue(parsing: row.text(6) ?? "") else {
            throw damaged("arguments")
        }
        guard let state = state(name, endpoint, row) else { throw damaged("row for the state \(name.rawValue)") }
        let options = JobOptions(
            timeout: .milliseconds(row.integer(7)), priority: row.text(8).flatMap(SubmitOptions.Priority.init))
        guard let overrides = JSONObject(stored: row.text(25)) else { throw damaged("overrides") }
        let sources = row.text(26).map { RequestSources(stored: $0) }
        if case .some(nil) = sources { throw damaged("sources") }
        let subject = row.text(9).map { avatar in
            JobOrder.Subject(
                avatarID: avatar, preset: row.text(10) ?? "", prompt: row.text(11) ?? "", overrides: overrides,
                sources: sources ?? nil)
        }
        var order = JobOrder(endpoint: endpoint, arguments: arguments, options: options, subject: subject)
        order.place = row.isNull(23) ? nil : CallPlace(Int64(row.integer(23)))
        order.hasDrawnSeed = row.integer(24) != 0
        if let text = row.text(27) {
            guard let asked = JobOrder.Asked(stored: text) else { throw damaged("call") }
            order.asked = asked
        }
        if let text = row.text(29) {
            guard let training = (try? JSONValue(parsing: text)).flatMap(JobOrder.Training.init) else {
                throw damaged("training")
            }
            order.training = training
        }
        if let text = row.text(30) {
            guard let name = try? NameTemplate(text) else { throw damaged("picture name") }
            order.pictureName = name
        }
        return Job(
            id: id, run: row.text(1) ?? "", order: order,
            created: Timestamp(milliseconds: Int64(row.integer(2))),
            updated: Timestamp(milliseconds: Int64(row.integer(3))), state: state,
            cost: JobCost(estimate: row.dollars(20), perUnit: row.dollars(21), price: row.dollars(22)),
            key: row.text(28))
    }

    /// The state with its data; nil when the row lacks what the state needs.
    private func state(_ name: Job.State.Name, _ endpoint: EndpointID, _ row: SQLiteStatement) -> Job.State? {
        let request = row.text(12).map { id in
            let url = row.text(14) ?? ""
            return QueueRequest(
                endpoint: endpoint, requestID: id, statusURL: row.text(13) ?? url + QueueRequest.statusPath,
                responseURL: url, cancelURL: row.text(15) ?? url + QueueRequest.cancelPath)
        }
        let failure = JobFailure(code: row.text(16) ?? "", message: row.text(17) ?? "")
        switch name {
        case .intent: return .intent
        case .submitting: return .submitting
        case .submitted: return request.map { .submitted($0) }
        case .completed:
            guard let request, let output = try? JSONValue(parsing: row.text(18) ?? "") else { return nil }
            return .completed(request, JobOutput(output: output, billableUnits: row.number(19)))
        case .failed: return .failed(request, failure)
        case .cancelled: return .cancelled(request)
        case .unknown:
            return .unknown(JobFailure(code: failure.code, message: failure.message, requestID: row.text(12)))
        case .expired: return request.map { .expired($0) }
        }
    }
}

extension Job.State {
    /// When a job in this state began to be submitted, as far as the state tells.
    fileprivate func beginning(at time: Timestamp) -> Int64? {
        if case .submitting = self { time.milliseconds } else { nil }
    }
}

/// The row leaves out URLs that follow from the result's, as fal's do: a third of what a submitted job adds.
extension QueueRequest {
    fileprivate static let statusPath = "/status"
    fileprivate static let cancelPath = "/cancel"

    fileprivate var unusualStatusURL: String? { statusURL.isMade(of: responseURL, Self.statusPath) ? nil : statusURL }
    fileprivate var unusualCancelURL: String? { cancelURL.isMade(of: responseURL, Self.cancelPath) ? nil : cancelURL }
}

extension String {
    /// Compares with the two in a row, without making a text of them.
    fileprivate func isMade(of start: String, _ end: String) -> Bool {
        utf8.count == start.utf8.count + end.utf8.count && hasPrefix(start) && hasSuffix(end)
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
