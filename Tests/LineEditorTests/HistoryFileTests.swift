import Foundation
import Testing

@testable import LineEditor

@Suite(.timeLimit(.minutes(5)))
struct HistoryFileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("falhost-\(UUID().uuidString)")
    private var path: String { folder.path + "/state/history" }

    @Test func entriesComeBackInOrderWithTheirNewlines() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let entries = ["1 + 1", "for i = 1, 2 do\n  print '\\n'\nend", "привет", "\\", "a\\nb"]
        let file = try HistoryFile(path: path)
        for entry in entries { try file.append(entry) }
        #expect(try HistoryFile(path: path).entries == entries)
    }

    @Test func onlyItsOwnerMayReadTheFile() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try HistoryFile(path: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func aLongFileIsCutDownToItsLastEntries() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = try HistoryFile(path: path)
        for number in 1...2001 { try file.append("\(number)") }
        let entries = try HistoryFile(path: path).entries
        #expect(entries.count == 1000)
        #expect(entries.last == "2001")
        #expect(try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").count == 1000)
    }

    @Test func aFileThatCannotBeMadeIsAnErrorThatNamesIt() throws {
        let error = #expect(throws: HistoryFile.FileError.self) { try HistoryFile(path: "/proc/no/history") }
        #expect(error?.description.contains("/proc/no/history") == true)
    }
}
