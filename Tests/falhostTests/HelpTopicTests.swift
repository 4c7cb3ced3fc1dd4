import Foundation
import Testing

/// `falhost help`: the topics, and that they and README.md say the same.
@Suite(.timeLimit(.minutes(5)))
struct HelpTopicTests {
    static let topics = [
        "presets", "rules", "batch", "policy", "modules", "names", "errors", "exit-codes", "environment",
    ]

    private static func readme() throws -> String {
        try String(contentsOf: FalhostProcess.repository.appendingPathComponent("README.md"), encoding: .utf8)
    }

    @Test(arguments: topics)
    func aTopicIsAPageInTwoLanguages(topic: String) async throws {
        let english = try await FalhostProcess.run("help", topic)
        #expect(english.status == 0 && english.errors.isEmpty)
        #expect(english.output.firstMatch(of: /[а-я]/) == nil)
        let russian = try await FalhostProcess.run("help", topic, environment: ["LANG": "ru_RU.UTF-8"])
        #expect(russian.status == 0 && russian.errors.isEmpty)
        #expect(russian.output.firstMatch(of: /[а-я]/) != nil)
    }

    @Test func theHelpListsTheTopics() async throws {
        let output = try await FalhostProcess.run("help").output
        for topic in Self.topics { #expect(output.contains("\n  \(topic) "), "\(topic)") }
    }

    @Test func helpAboutACommandGoesOn() async throws {
        #expect(
            try await FalhostProcess.run("help", "generate").output == FalhostProcess.run("generate", "--help").output)
        let presets = try await FalhostProcess.run("help", "presets").output
        #expect(presets.contains("falhost presets list") && presets.contains("\n  lora_scale "))
    }

    @Test func aWordThatIsNoTopicIsAnError() async throws {
        let run = try await FalhostProcess.run("help", "exit-code")
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains("did you mean exit-codes?"), "\(run.errors)")
    }

    @Test func theReadmeHasTheSameExitCodes() async throws {
        let page = try await FalhostProcess.run("help", "exit-codes").output
        let told = Dictionary(
            uniqueKeysWithValues: page.matches(of: /\n? {2}(\d+) +([^\n]+)/).map { (String($0.1), String($0.2)) })
        let table = try #require(try Self.readme().components(separatedBy: "| exit code | meaning |").dropFirst().first)
        let rows = table.components(separatedBy: "\n\n")[0]
        let written = Dictionary(
            uniqueKeysWithValues: rows.matches(of: /\| (\d+) \| ([^|]+) (?=\|)/).map { (String($0.1), String($0.2)) })
        #expect(told.count > 15)
        #expect(told == written)
    }

    /// Names of variables, such as FAL_KEY.
    private static func variables(_ text: String) -> Set<String> {
        Set(text.matches(of: /\b(?:FAL|AVATAR|XDG|NO|HTTPS|SSL|CLICOLOR|LC)[A-Z]*_[A-Z_]+\b/).map { String($0.0) })
    }

    @Test func theReadmeHasTheSameVariables() async throws {
        let page = try await FalhostProcess.run("help", "environment").output
        let table = try #require(try Self.readme().components(separatedBy: "| variable | meaning |").dropFirst().first)
        let written = Self.variables(table.components(separatedBy: "\n\n")[0])
        #expect(Self.variables(page).count > 20)
        #expect(Self.variables(page).symmetricDifference(written).sorted() == [])
    }

    /// Every name of a variable that stands in the program's sources is on the page.
    @Test func whatIsReadIsTold() async throws {
        let page = Self.variables(try await FalhostProcess.run("help", "environment").output)
        let sources = FalhostProcess.repository.appendingPathComponent("Sources/falhost")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var read: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            read.formUnion(text.matches(of: /"((?:FAL|AVATAR|XDG|NO|CLICOLOR|LC)[A-Z]*_[A-Z_]+)"/).map { String($0.1) })
        }
        #expect(read.count > 20)
        #expect(read.subtracting(page).sorted() == [])
    }
}
