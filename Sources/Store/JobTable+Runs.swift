internal import Generation
internal import JSON

extension JobTable {
    func run(_ id: String) throws(GenerationError) -> Run? {
        try runs("\(Self.selectRuns) WHERE id = ?", id).first
    }

    /// Newest first.
    func runs(of file: String) throws(GenerationError) -> [Run] {
        try runs("\(Self.selectRuns) WHERE file = ? ORDER BY started DESC, id DESC", file)
    }

    /// What it resumed and what resumed it, directly or through others, and itself; oldest first.
    func chain(of run: String) throws(GenerationError) -> [Run] {
        // UNION, not UNION ALL: a ledger that somebody edited into a circle ends, too.
        try runs(
            """
            WITH RECURSIVE
                above (id) AS (VALUES (?1) UNION SELECT resumes FROM runs JOIN above USING (id)),
                chain (id) AS (SELECT id FROM above UNION SELECT runs.id FROM runs JOIN chain ON resumes = chain.id)
            \(Self.selectRuns) WHERE id IN (SELECT id FROM chain) ORDER BY started, id
            """, run)
    }

    private static let selectRuns = """
        SELECT id, started, script, server, file, arguments, resumes, keeps, script_hash, version FROM runs
        """

    private func runs(_ query: String, _ parameter: String) throws(GenerationError) -> [Run] {
        let select = try connection.prepare(query)
        try select.bind(.text(parameter))
        var runs: [Run] = []
        while try select.step() {
            var run = Run(
                id: select.text(0) ?? "", started: Timestamp(milliseconds: Int64(select.integer(1))),
                script: select.text(2) ?? "", server: select.text(3) ?? "", keepsPictures: select.integer(7) != 0,
                invocation: select.text(4).map { file in
                    ScriptInvocation(file: file, arguments: Self.arguments(select.text(5) ?? ""))
                }, resumes: select.text(6))
            run.scriptHash = select.text(8)
            run.version = select.text(9)
            runs.append(run)
        }
        return runs
    }

    static func arguments(of run: Run) throws(GenerationError) -> String? {
        guard let invocation = run.invocation else { return nil }
        return try JSONValue.array(invocation.arguments.map { .string($0) }).text()
    }

    private static func arguments(_ text: String) -> [String] {
        ((try? JSONValue(parsing: text))?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
