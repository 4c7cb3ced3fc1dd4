import Generation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LanguageTests {
    @Test func `falhost's own variable wins, then the locale's in their order`() {
        #expect(Language(environment: ["FALHOST_LANG": "ru", "LANG": "en_US.UTF-8"]) == .russian)
        #expect(Language(environment: ["FALHOST_LANG": "en", "LANG": "ru_RU.UTF-8"]) == .english)
        #expect(Language(environment: ["LC_ALL": "", "LANG": "ru_RU.UTF-8"]) == .russian)
        #expect(Language(environment: ["LC_ALL": "C", "LANG": "ru_RU.UTF-8"]) == .english)
        #expect(Language(environment: [:]) == .english)
    }
}
