import CSQLite
import EventLoop
import Foundation
import Generation
import TestSupport
import Testing

@testable import Store

/// Over real SQLite files.
@Suite(.timeLimit(.minutes(5)))
struct AvatarDatabaseTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/deep/er/falhost.db" }

    init() throws { folder = try TemporaryFolder() }

    private let anna = Avatar(
        id: "anna", name: "Аня", trainingType: "portrait", status: "completed", diffusersLoraFileURL: "https://x/y",
        triggerPhrase: "TOK woman")
    private let noir = Avatar(
        id: "noir", name: "N\u{0}oir", trainingType: "style", status: "draft", finetuneID: "", triggerWord: "T")

    @Test func `what was saved is found again, by another connection too`() async throws {
        try await AvatarDatabase(path: path).save([noir, anna])
        let database = AvatarDatabase(path: path)
        #expect(try await database.avatars() == [anna, noir])
        #expect(try await database.avatar(id: "noir") == noir)
        #expect(try await database.avatar(id: "nobody") == nil)
        #expect(try await database.remove(id: "anna"))
        #expect(try await database.remove(id: "anna") == false)
        #expect(try await database.avatars() == [noir])
    }

    @Test func `saving again replaces the whole avatar`() async throws {
        let database = AvatarDatabase(path: path)
        try await database.save([anna])
        let other = Avatar(id: "anna", name: "Other", trainingType: "style", status: "draft")
        try await database.save([other])
        #expect(try await database.avatars() == [other])
    }

    @Test func `every field is found again`() async throws {
        var full = anna
        full.userID = "42"
        full.configFileURL = "https://x/c"
        full.trainingRequestID = "r"
        full.trainingError = "no"
        full.loraSHA256 = String(repeating: "a", count: 64)
        full.loraSize = 1 << 40
        full.isArchived = true
        try await AvatarDatabase(path: path).save([full])
        #expect(try await AvatarDatabase(path: path).avatars() == [full])
    }

    @Test func `an avatar is added once`() async throws {
        let database = AvatarDatabase(path: path)
        #expect(try await database.add(anna))
        var other = anna
        other.name = "Other"
        #expect(try await database.add(other) == false)
        #expect(try await database.avatars() == [anna])
    }

    @Test func `changes side by side are all kept, and a refused one changes nothing`() async throws {
        try await AvatarDatabase(path: path).save([anna])
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = AvatarDatabase(path: path)
                    for _ in 0..<25 {
                        _ = try await database.update("anna") { avatar in
                            var avatar = avatar
                            avatar.loraSize = (avatar.loraSize ?? 0) + 1
                            return avatar
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let database = AvatarDatabase(path: path)
        #expect(try await database.avatar(id: "anna")?.loraSize == 100)
        await #expect(throws: GenerationError.self) {
            _ = try await database.update("anna") { avatar throws(GenerationError) in
                throw .loraFileMissing(id: avatar.id)
            }
        }
        #expect(try await database.avatar(id: "anna")?.loraSize == 100)
        #expect(try await database.update("nobody") { $0 } == nil)
    }

    @Test func `nothing is created before the first use`() async throws {
        let database = AvatarDatabase(path: path)
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/deep"))
        #expect(try await database.avatars().isEmpty)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test func `a full disk saves none of the avatars and is told`() async throws {
        let connection = try SQLiteConnection(path: "\(folder.path)/small.db")
        try DatabaseSchema.prepare(connection)
        try connection.execute("PRAGMA max_page_count = \(connection.number("PRAGMA page_count") + 1)")
        let table = try AvatarTable(connection)
        let many = (0..<100).map { index in
            var avatar = anna
            avatar.id = "\(index)"
            avatar.triggerPhrase = String(repeating: "x", count: 1000)
            return avatar
        }
        let error = #expect(throws: GenerationError.self) { try table.save(many) }
        expect(error, .full)
        #expect(try table.avatars().isEmpty)
        try table.save([anna])
        #expect(try table.avatars() == [anna])
    }

    // MARK: Files that are refused

    @Test func `a file that is no database is refused and untouched`() async throws {
        try await expectRefusal(of: Data("These are my notes, not a database. ".utf8), .notADatabase)
    }

    @Test func `a newer database is refused and untouched`() async throws {
        let old = "\(folder.path)/newer.db"
        try await AvatarDatabase(path: old).save([anna])
        try SQLiteConnection(path: old).execute("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE")
        let content = try Data(contentsOf: URL(filePath: old))
        try await expectRefusal(of: content, .newer(found: 99, known: DatabaseSchema.migrations.count))
    }

    @Test func `another program's database is refused and untouched`() async throws {
        let other = "\(folder.path)/other.db"
        try SQLiteConnection(path: other).execute("CREATE TABLE notes (text TEXT)")
        try await expectRefusal(of: Data(contentsOf: URL(filePath: other)), .foreign)
    }

    @Test func `a damaged database is told when it is read`() async throws {
        let path = "\(folder.path)/damaged.db"
        try await AvatarDatabase(path: path).save(
            (0..<200).map { index in
                Avatar(id: "\(index)", name: String(repeating: "n", count: 500), trainingType: "style", status: "draft")
            })
        try SQLiteConnection(path: path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try file.seekToEnd()
        // All pages after the first two become noise.
        try file.seek(toOffset: 8192)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 8192))
        try file.close()
        await expect(path, .damaged) { try await AvatarDatabase(path: path).avatars() }
    }

    @Test func `a folder in the file's place and a file in the folder's place are told with the path`() async throws {
        let path = folder.path
        let error = await #expect(throws: GenerationError.self) { try await AvatarDatabase(path: path).avatars() }
        #expect(error?.code == .storage)
        #expect(error?.exitCode == 74)
        #expect(error?.message(in: .english).hasPrefix("\(path): cannot open the database") == true)
        try Data().write(to: URL(filePath: "\(path)/file"))
        let below = await #expect(throws: GenerationError.self) {
            try await AvatarDatabase(path: "\(path)/file/sub/x.db").avatars()
        }
        #expect(below?.code == .storage)
        #expect(below?.message(in: .english).contains("\(path)/file/sub: cannot create this folder") == true)
        await #expect(throws: GenerationError.self) { try await AvatarDatabase(path: "").avatars() }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self")))
    func `a folder that takes no files is told, and a later call tries again`() async throws {
        let database = AvatarDatabase(path: "/proc/falhost/x.db")
        for _ in 1...2 {
            let error = await #expect(throws: GenerationError.self) { try await database.avatars() }
            #expect(error?.message(in: .english).contains("/proc/falhost: cannot create this folder") == true)
        }
        let error = await #expect(throws: GenerationError.self) {
            try await AvatarDatabase(path: "/proc/x.db").avatars()
        }
        #expect(error?.message(in: .english).contains("cannot open the database") == true)
    }

    @Test func `result codes have their meaning`() {
        #expect(StorageFault(code: SQLITE_READONLY | 8 << 8, connection: nil) == .readOnly)
        #expect(StorageFault(code: SQLITE_FULL, connection: nil) == .full)
        #expect(StorageFault(code: SQLITE_BUSY | 2 << 8, connection: nil) == .busy)
        #expect(StorageFault(code: SQLITE_CORRUPT, connection: nil) == .damaged)
    }

    // MARK: Side by side

    @Test func `many connections create, write and read one file at once`() async throws {
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let database = AvatarDatabase(path: path)
                    for index in 0..<25 {
                        let avatar = Avatar(id: "\(writer)-\(index)", name: "n", trainingType: "style", status: "draft")
                        try await database.save([avatar])
                        #expect(try await database.avatar(id: avatar.id) == avatar)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await AvatarDatabase(path: path).avatars().count == 200)
    }

    @Test @LoopActor func `a write that waits for a lock does not hold up the loop`() async throws {
        let path = path
        let database = AvatarDatabase(path: path)
        try await database.save([])
        let other = try SQLiteConnection(path: path)
        try other.execute("BEGIN IMMEDIATE")
        let anna = anna
        let saving = LoopActor.spawn { try await database.save([anna]) }
        // Lets the save begin; were it on the loop, the lock below would be kept until its time is up.
        // A timer of the loop's own: `Task.yield` goes through the pool, whose threads the save and other tests may hold.
        try await LoopActor.sleep(for: .milliseconds(100))
        try other.execute("COMMIT")
        try await saving.value
        #expect(try await database.avatars() == [anna])
    }

    private static let python = "/usr/bin/python3"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: python), "python3 is the other process"))
    func `another process writes at the same time`() async throws {
        let path = path
        let database = AvatarDatabase(path: path)
        try await database.save([anna])
        let script = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
            for i in range(200):
                db.execute("INSERT INTO avatars (id, name, training_type, status) VALUES (?, 'p', 'style', 'draft')",
                    (f'python-{i}',))
            """
        let process = try ChildProcess(
            Self.python, ["-c", script, path], environment: ProcessInfo.processInfo.environment, folder: "/",
            output: "/dev/null", errors: "/dev/null")
        for index in 0..<200 {
            try await database.save([Avatar(id: "swift-\(index)", name: "s", trainingType: "style", status: "draft")])
        }
        #expect(await process.ending() == 0)
        #expect(try await database.avatars().count == 401)
    }

    @Test func `an old file is brought up to date once`() async throws {
        let path = path
        try await AvatarDatabase(path: path).save([anna])
        #expect(try await AvatarDatabase(path: path).avatars() == [anna])
        let connection = try SQLiteConnection(path: path)
        #expect(try connection.number("PRAGMA user_version") == DatabaseSchema.migrations.count)
        #expect(try connection.number("PRAGMA application_id") == DatabaseSchema.applicationID)
        #expect(try connection.text("PRAGMA journal_mode") == "wal")
    }

    // MARK: Expectations

    private func expectRefusal(of content: Data, _ fault: StorageFault) async throws {
        let path = "\(folder.path)/refused.db"
        try content.write(to: URL(filePath: path))
        await expect(path, fault) { try await AvatarDatabase(path: path).avatars() }
        await expect(path, fault) { try await AvatarDatabase(path: path).save([anna]) }
        #expect(try Data(contentsOf: URL(filePath: path)) == content)
    }

    private func expect<Value>(_ path: String, _ fault: StorageFault, _ call: () async throws -> Value) async {
        let error = await #expect(throws: GenerationError.self) { _ = try await call() }
        expect(error, fault)
        #expect(error?.message(in: .english).hasPrefix("\(path): ") == true)
    }

    private func expect(_ error: GenerationError?, _ fault: StorageFault) {
        guard case .storage(_, let found) = error else {
            Issue.record("not a fault of storage: \(String(describing: error))")
            return
        }
        #expect(found == fault)
    }
}
