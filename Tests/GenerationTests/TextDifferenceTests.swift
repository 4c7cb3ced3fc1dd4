import Generation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TextDifferenceTests {
    @Test
    func `Words that are put in front, taken out and replaced are told apart`() {
        #expect(parts("a cat", "TOK, a cat") == [.added("TOK, "), .kept("a cat")])
        #expect(parts("a very big cat", "a big cat") == [.kept("a "), .removed("very "), .kept("big cat")])
        #expect(parts("a red cat", "a blue cat") == [.kept("a "), .removed("red"), .added("blue"), .kept(" cat")])
        #expect(parts("фото кота", "ТОК, фото кота") == [.added("ТОК, "), .kept("фото кота")])
    }

    @Test
    func `Neighbours that change are one change, with the space between them`() {
        #expect(parts("x red cat", "x blue dog") == [.kept("x "), .removed("red cat"), .added("blue dog")])
    }

    @Test
    func `The same text has nothing but what is kept`() {
        #expect(parts("a cat", "a cat") == [.kept("a cat")])
        #expect(parts("", "") == [])
        #expect(parts("", "new") == [.added("new")])
    }

    @Test
    func `The parts give both texts back, whatever they are`() {
        let words = ["red", " ", "  ", "cat", ",", "ТОК", "\n", "é", "👩‍👩‍👧", "-"]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let old = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement() ?? "" }.joined()
            let new = (0..<Int.random(in: 0...12, using: &random)).map { _ in words.randomElement() ?? "" }.joined()
            #expect(texts(parts(old, new)) == [old, new])
        }
    }

    @Test
    func `Long texts with nothing in common count as replaced`() {
        let old = (0..<3000).map { "a\($0)" }.joined(separator: " ")
        let new = (0..<3000).map { "b\($0)" }.joined(separator: " ")
        #expect(parts(old, new) == [.removed(old), .added(new)])
    }

    private func parts(_ old: String, _ new: String) -> [TextDifference.Part] {
        TextDifference(from: old, to: new).parts
    }

    private func texts(_ parts: [TextDifference.Part]) -> [String] {
        var (old, new) = ("", "")
        for part in parts {
            switch part {
            case .kept(let text): (old, new) = (old + text, new + text)
            case .removed(let text): old += text
            case .added(let text): new += text
            }
        }
        return [old, new]
    }
}
