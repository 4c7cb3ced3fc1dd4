import EventLoop
import Foundation
import Generation
import JSON
import Testing

@testable import Store

/// Files as older releases left them, made by the migrations that those had.
@Suite(.timeLimit(.minutes(5)))
struct DatabaseMigrationTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/falhost.db" }

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A file of a version with rows in all of its tables, in write-ahead mode as falhost leaves it.
    private func writeFile(version: Int) throws -> SQLiteConnection {
        let old = try SQLiteConnection(path: path)
        for migration in DatabaseSchema.migrations.prefix(version) { try old.execute(migration) }
        try old.execute(
            """
            PRAGMA application_id = \(DatabaseSchema.applicationID); PRAGMA user_version = \(version);
            PRAGMA journal_mode = WAL;
            INSERT INTO avatars (id, name, training_type, status, trigger_phrase)
                VALUES ('anna', 'Анна', 'portrait', 'completed', 'ТОК'), ('noir', 'N', 'style', 'draft', NULL)
            """)
        guard version > 1 else { return old }
        try old.execute(
            """
            INSERT INTO runs (id, started, script, server) VALUES
                ('r1', 1000, 'a.lua', 'https://queue.fal.run'), ('r2', 2000, 'b.lua', 'http://127.0.0.1:8080')
            """)
        for (number, state) in Job.State.Name.allCases.enumerated() {
            let request = [.intent, .submitting].contains(state) ? "NULL" : "'request-\(number)'"
            let output = state == .completed ? #"'{"images":[{"url":"https://x/1.png"}]}'"# : "NULL"
            let error = [.failed, .unknown].contains(state) ? "'server_error', 'down'" : "NULL, NULL"
            try old.execute(
                """
                INSERT INTO jobs (id, run, created, updated, state, endpoint, arguments, seed, timeout, request_id,
                    output, error_code, error, avatar, preset, prompt, history)
                    VALUES ('job-\(state.rawValue)', 'r\(1 + number % 2)', \(number), \(number), '\(state.rawValue)',
                    'fal-ai/flux-lora', '{"prompt":"у моря","seed":\(number)}', \(number), 90000, \(request),
                    \(output), \(error), 'anna', 'fast', 'у моря', '["\(state.rawValue)",\(number)]')
                """)
        }
        return old
    }

    /// All rows of a table with the columns that are named, as text.
    private func rows(_ connection: SQLiteConnection, _ table: String, _ columns: [String]) throws -> [[String?]] {
        let statement = try connection.prepare("SELECT \(columns.joined(separator: ", ")) FROM \(table) ORDER BY id")
        var rows: [[String?]] = []
        while try statement.step() { rows.append(columns.indices.map { statement.text(Int32($0)) }) }
        return rows
    }

    private func columns(_ connection: SQLiteConnection, _ table: String) throws -> [String] {
        let statement = try connection.prepare("SELECT name FROM pragma_table_info('\(table)')")
        var names: [String] = []
        while try statement.step() { names.append(statement.text(0) ?? "") }
        return names
    }

    @Test(arguments: 1...DatabaseSchema.migrations.count)
    func `a file of each version keeps all of its rows`(version: Int) async throws {
        let tables = version == 1 ? ["avatars"] : ["avatars", "runs", "jobs"]
        let old = try writeFile(version: version)
        let named = try tables.map { (table: $0, columns: try columns(old, $0)) }
        let before = try named.map { try rows(old, $0.table, $0.columns) }
        let ledger = LedgerDatabase(path: path)
        let jobs = try await ledger.jobs(JobFilter())
        #expect(try old.number("PRAGMA user_version") == DatabaseSchema.migrations.count)
        #expect(try named.map { try rows(old, $0.table, $0.columns) } == before)
        #expect(try old.text("PRAGMA integrity_check") == "ok")
        #expect(try await AvatarDatabase(path: path).avatars().map(\.id) == ["anna", "noir"])
        guard version > 1 else { return }
        #expect(Set(jobs.map(\.state.name)) == Set(Job.State.Name.allCases))
        #expect(jobs.allSatisfy { $0.order.arguments["prompt"] == "у моря" && $0.order.subject?.avatarID == "anna" })
        #expect(jobs.allSatisfy { $0.id == "job-\($0.state.name.rawValue)" })
        let first = try #require(try await ledger.run("r1"))
        let second = try #require(try await ledger.run("r2"))
        #expect(first.script == "a.lua" && !first.isSimulated && second.isSimulated)
        try await ledger.move("job-unknown", to: .cancelled(nil))
        #expect(try await ledger.job("job-unknown")?.state.name == .cancelled)
    }

    /// The migrations are one commit: whoever dies in the middle leaves the old file.
    @Test(arguments: 1..<DatabaseSchema.migrations.count)
    func `a migration that was cut off is made again`(version: Int) async throws {
        let count: Int
        do {
            let old = try writeFile(version: version)
            count = version == 1 ? 0 : try old.number("SELECT count(*) FROM jobs")
            try old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            let new = LedgerDatabase(path: path)
            _ = try await new.jobs(JobFilter())
            // Copied while both are open: whoever closes the file last empties its log.
            try copyFile(to: "copy")
            try await new.close()
        }
        let log = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/copy/falhost.db-wal"))
        for size in CutDatabaseTests.cuts(of: log) {
            let cut = "\(folder.path)/cut-\(size)"
            try FileManager.default.copyItem(atPath: "\(folder.path)/copy", toPath: cut)
            try log.prefix(size).write(to: URL(fileURLWithPath: "\(cut)/falhost.db-wal"))
            let ledger = LedgerDatabase(path: "\(cut)/falhost.db")
            #expect(try await ledger.jobs(JobFilter()).count == count)
            #expect(try await AvatarDatabase(path: "\(cut)/falhost.db").avatars().count == 2)
            try await ledger.close()
        }
    }

    private func copyFile(to name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: false)
        for file in ["falhost.db", "falhost.db-wal"] {
            try FileManager.default.copyItem(atPath: "\(folder.path)/\(file)", toPath: "\(folder.path)/\(name)/\(file)")
        }
    }

    @Test func `a newer file is refused and not touched`() async throws {
        let known = DatabaseSchema.migrations.count
        do {
            let newer = try writeFile(version: known)
            try newer.execute("PRAGMA journal_mode = DELETE; PRAGMA user_version = \(known + 1)")
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let ledger = LedgerDatabase(path: path)
        let error = await #expect(throws: GenerationError.self) { _ = try await ledger.jobs(JobFilter()) }
        #expect(error?.message(in: .english).contains("newer") == true, "\(String(describing: error))")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["falhost.db"])
    }
}
