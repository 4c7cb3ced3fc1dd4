import Testing

@testable import Batch

struct PromptTemplateTests {
    private func combinations(_ text: String, _ variables: [String: String] = [:]) throws -> [String] {
        let template = try PromptTemplate(parsing: text)
        return (0..<template.combinations).map { template.combination($0, with: variables) }
    }

    @Test func everyCombinationComesOnce() throws {
        #expect(try combinations("a {red|blue} {cat|dog}") == ["a red cat", "a red dog", "a blue cat", "a blue dog"])
        #expect(try combinations("{a|b {c|d}|}!") == ["a!", "b c!", "b d!", "!"])
        #expect(try combinations("plain") == ["plain"])
    }

    @Test func variablesStandInAlternativesToo() throws {
        #expect(
            try combinations("{{who}} {by {{where}}|}", ["who": "Анна", "where": "море"]) == ["Анна by море", "Анна "])
        #expect(try PromptTemplate(parsing: "{{a}} {x|{{ b }}} {{a}}").variables == ["a", "b"])
    }

    @Test func bracesWithoutABarAndEscapesStandForThemselves() throws {
        #expect(try combinations("{x} a|b \\{c|d\\} \\\\ \\n") == ["{x} a|b {c|d} \\ \\n"])
    }

    @Test(arguments: [
        ("a {b|c", PromptTemplate.SyntaxError.unclosed(column: 3)),
        ("a} b", .unopened(column: 2)),
        ("{{a", .unclosed(column: 1)),
        ("x {{a b!}}", .badName("a b!", column: 3)),
        ("{{}}", .badName("", column: 1)),
    ])
    func faultsAreNamedWithTheirPlace(text: String, error: PromptTemplate.SyntaxError) {
        #expect(throws: error) { try PromptTemplate(parsing: text) }
    }

    @Test func whatIsDrawnDependsOnTheSeedAlone() throws {
        let template = try PromptTemplate(parsing: "{a|b|c|d} {e|f|g|h} {i|j|k|l}")
        func drawn(_ seed: UInt64) -> String {
            var generator = SplitMix64(seed: seed)
            return template.drawn(with: [:], using: &generator)
        }
        #expect(drawn(1) == drawn(1))
        #expect(Set((0..<50).map(drawn)).count > 20)
    }

    @Test func tooManyCombinationsAreCountedAsTheMost() throws {
        let text = String(repeating: "{a|b}", count: 80)
        #expect(try PromptTemplate(parsing: text).combinations == .max)
    }

    /// The published first outputs for seed 1234567.
    @Test func theGeneratorIsSplitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }
}
