import Generation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PhraseTests {
    @Test(
        arguments: [
            ("TOK", "tok, a portrait"), ("tok", "a portrait of TOK"), ("ток", "ТОК, портрет"), ("TOK", "(tok)'s hat"),
            ("TOK woman", "a tok  \n WOMAN smiling"), ("TOK", "токtok TOK"), ("Straße", "STRASSE im Regen"),
            ("ΌΔΟΣ", "όδος"), ("e\u{301}te\u{301}", "un été"), ("йод", "И\u{306}од!"), ("tok!", "tok!!"),
            (" TOK ", "tok"), ("TOK-1", "a tok-1 x"), ("", "anything"), ("TOK", "TOK"), ("TOK", "«tok»"),
        ])
    func `a whole word or phrase is found whatever its case`(phrase: String, text: String) {
        #expect(Phrase.contains(phrase, in: text))
    }

    @Test(
        arguments: [
            ("TOK", "stock"), ("TOK", "tokyo"), ("TOK", "TOK_1"), ("TOK", "2tok"), ("ток", "поток"), ("ток", "токи"),
            ("TOK woman", "tokwoman"), ("TOK", ""), ("TOK", "to"), ("TOK", "tök"), ("TOK", "яtok"),
            ("TOK woman", "woman tok"), ("о", "о\u{301}"),
        ])
    func `part of a word is not`(phrase: String, text: String) {
        #expect(!Phrase.contains(phrase, in: text))
    }

    @Test func `lower case follows Unicode`() {
        #expect(Phrase.lowercased("ТОК Ünï ABC") == "ток ünï abc")
    }
}
