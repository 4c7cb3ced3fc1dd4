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

    @Test func `what is counted takes the form that goes with its number`() {
        func russian(_ number: Int) -> String {
            Language.russian.count(number, "problem", ("проблема", "проблемы", "проблем"))
        }
        #expect([1, 21, 101].map(russian) == ["1 проблема", "21 проблема", "101 проблема"])
        #expect([2, 4, 22, 104].map(russian) == ["2 проблемы", "4 проблемы", "22 проблемы", "104 проблемы"])
        #expect([0, 5, 11, 12, 14, 20, 111, 112].map(russian).allSatisfy { $0.hasSuffix(" проблем") })
        #expect([0, 1, 2].map { Language.english.count($0, "job", ("", "", "")) } == ["0 jobs", "1 job", "2 jobs"])
    }
}
