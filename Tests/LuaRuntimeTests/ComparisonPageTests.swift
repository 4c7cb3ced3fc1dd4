import Foundation
import Testing

/// The page that sets falhost beside other hosts names a test for each thing that it says of falhost.
@Suite(.timeLimit(.minutes(5)))
struct ComparisonPageTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static var page: String {
        get throws {
            try String(contentsOf: repository.appending(path: "Sources/LuaRuntime/README.md"), encoding: .utf8)
        }
    }

    /// The sources of all suites, by suite.
    private static var suites: [String: String] {
        get throws {
            let tests = repository.appending(path: "Tests")
            var suites: [String: String] = [:]
            for path in try FileManager.default.subpathsOfDirectory(atPath: tests.path)
            where path.hasSuffix("Tests.swift") {
                let file = tests.appending(path: path)
                suites[file.deletingPathExtension().lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
            }
            return suites
        }
    }

    /// The tables' rows, each as its cells.
    private static func rows(_ page: String) -> [[Substring]] {
        page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| |") && !$0.hasPrefix("| ---") }
            .map { $0.split(separator: "|") }
    }

    @Test func everyTestThatThePageNamesExists() throws {
        let suites = try Self.suites
        let names = try Self.page.matches(of: /`([A-Za-z]+Tests)\/([^`]+)`/).map { ($0.1, $0.2) }
        #expect(names.count > 50)
        for (suite, test) in names {
            let source = suites[String(suite)] ?? ""
            let exists = source.contains("func `\(test)`(") || source.contains("func \(test)(")
            #expect(exists, "\(suite)/\(test)")
        }
    }

    @Test func everyCellOfOursNamesATest() throws {
        let rows = Self.rows(try Self.page)
        #expect(rows.count > 40)
        for row in rows {
            try #require(row.count == 10, "\(row)")
            #expect(row[1].contains(/`[A-Za-z]+Tests\//), "\(row[0])")
        }
    }
}
