import EventLoop
import FalClient
import Foundation
import Generation
import JSON
import Testing

@testable import Store

/// A ledger's files cut in the middle: what was committed before the cut is there, or the file is refused untouched.
@Suite(.timeLimit(.minutes(5)))
struct CutDatabaseTests {
    private let folder: TemporaryFolder
    private let run = Run(id: "r1", started: Timestamp(milliseconds: 5), script: "x.lua", server: "https://q")

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/whole", withIntermediateDirectories: false)
    }

    private var path: String { "\(folder.path)/whole/falhost.db" }

    private func job(_ number: Int) throws -> Job {
        // Long enough for several pages, so that a row is cut, too.
        let prompt = String(repeating: "picture \(number) ", count: 400)
        let order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"), arguments: ["prompt": .string(prompt)],
            options: JobOptions(timeout: .seconds(60)), subject: nil)
        let time = Timestamp(milliseconds: Int64(number))
        return Job(id: "\(number)", run: "r1", order: order, created: time, updated: time, state: .submitting)
    }

    /// Sizes to cut a write-ahead log to: around its head and around each frame, and in the middle of frames (SQLite:
    /// "Database File Format" §4.1).
    static func cuts(of log: Data) -> [Int] {
        let (head, frame) = (32, 24 + 4096)
        let frames = (log.count - head) / frame
        var cuts: Set<Int> = [0, 1, head - 1, head]
        for index in 0..<frames {
            let start = head + index * frame
            cuts.formUnion([start, start + 2000])
        }
        // All of it is no cut.
        return cuts.filter { $0 < log.count }.sorted()
    }

    @Test func `of a log that was cut every commit before the cut is there`() async throws {
        let ledger = LedgerDatabase(path: path)
        let log = path + "-wal"
        // How long the log is when a job is durable.
        var sizes: [Int] = []
        for number in 0..<5 {
            try await ledger.add(try job(number), in: run)
            sizes.append(try Data(contentsOf: URL(fileURLWithPath: log)).count)
        }
        #expect(sizes == sizes.sorted() && Set(sizes).count == sizes.count)
        let files = try ["falhost.db", "falhost.db-wal"].map {
            try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/whole/\($0)"))
        }
        for size in Self.cuts(of: files[1]) + [files[1].count] {
            let cut = "\(folder.path)/\(size)"
            try FileManager.default.createDirectory(atPath: cut, withIntermediateDirectories: false)
            try files[0].write(to: URL(fileURLWithPath: "\(cut)/falhost.db"))
            try files[1].prefix(size).write(to: URL(fileURLWithPath: "\(cut)/falhost.db-wal"))
            let found = LedgerDatabase(path: "\(cut)/falhost.db")
            let jobs = try await found.jobs(JobFilter()).sorted { $0.created < $1.created }
            let committed = try sizes.indices.filter { sizes[$0] <= size }.map { try job($0) }
            #expect(jobs == committed, "cut at \(size)")
            // It goes on from there.
            try await found.add(try job(99), in: run)
            #expect(try await LedgerDatabase(path: "\(cut)/falhost.db").jobs(JobFilter()).count == committed.count + 1)
            try await found.close()
        }
        try await ledger.close()
    }

    /// A disk that was full leaves half a page at the end of the file; what belongs there is in the log.
    @Test func `a file that ends in half a page is whole where there is a log`() async throws {
        let ledger = LedgerDatabase(path: path)
        for number in 0..<5 { try await ledger.add(try job(number), in: run) }
        let cut = "\(folder.path)/cut"
        try FileManager.default.copyItem(atPath: "\(folder.path)/whole", toPath: cut)
        try FileManager.default.removeItem(atPath: "\(cut)/falhost.db-shm")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(cut)/falhost.db"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(count: 1000))
        try file.close()
        #expect(try await LedgerDatabase(path: "\(cut)/falhost.db").jobs(JobFilter()).count == 5)
        try await ledger.close()
    }

    @Test func `a file that was cut is refused and not touched`() async throws {
        let ledger = LedgerDatabase(path: path)
        for number in 0..<12 { try await ledger.add(try job(number), in: run) }
        try await ledger.close()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var sizes: Set<Int> = [1, 15, 16, 99, 100, 511, 512, 1024, 4095]
        for page in 1..<(whole.count / 4096) { sizes.formUnion([page * 4096, page * 4096 + 1, page * 4096 + 2048]) }
        sizes.insert(whole.count - 1)
        for size in sizes.sorted() {
            let cut = "\(folder.path)/\(size)"
            try FileManager.default.createDirectory(atPath: cut, withIntermediateDirectories: false)
            let file = URL(fileURLWithPath: "\(cut)/falhost.db")
            try whole.prefix(size).write(to: file)
            await #expect(throws: GenerationError.self, "cut at \(size) of \(whole.count)") {
                _ = try await LedgerDatabase(path: file.path).jobs(JobFilter())
            }
            await #expect(throws: GenerationError.self) {
                try await LedgerDatabase(path: file.path).add(try job(99), in: run)
            }
            #expect(try Data(contentsOf: file) == whole.prefix(size), "cut at \(size)")
        }
    }
}
