import Generation
import Testing

struct NameTemplateTests {
    private func name(_ template: String, _ values: [NameTemplate.Field: String]) throws -> String {
        try NameTemplate(template).components(values).joined(separator: "/")
    }

    private let values: [NameTemplate.Field: String] = [
        .date: "2026-11-22", .avatar: "анна", .preset: "fast", .seed: "7", .index: "1", .ext: "jpg",
    ]

    @Test func `fields stand for their values, in any script`() throws {
        #expect(try name(NameTemplate.usualText, values) == "2026-11-22/анна_fast_7_1.jpg")
        #expect(try name("x", values) == "x")
    }

    @Test func `a field without a value takes the separator after it along`() throws {
        var values = values
        values[.avatar] = nil
        values[.preset] = nil
        #expect(try name(NameTemplate.usualText, values) == "2026-11-22/7_1.jpg")
        values[.index] = nil
        #expect(try name(NameTemplate.usualText, values) == "2026-11-22/7.jpg")
        values[.seed] = nil
        #expect(try name(NameTemplate.usualText, values) == "2026-11-22/image.jpg")
    }

    @Test(arguments: [
        ("../../etc/passwd", "_.._etc_passwd.jpg"), ("..", "image.jpg"), (".hidden", "hidden.jpg"),
        ("a\u{0}b", "a_b.jpg"),
        ("a\nb\u{202E}c", "a_b_c.jpg"), ("/abs", "_abs.jpg"), ("c:\\d", "c__d.jpg"), ("  ", "image.jpg"),
        ("a. ", "a.jpg"),
        ("ж" + String(repeating: "я", count: 500), "ж" + String(repeating: "я", count: 97) + ".jpg"),
        ("👩‍👩‍👧", "👩_👩_👧.jpg"),
    ]) func `no value leads out of its component`(value: String, expected: String) throws {
        #expect(try name("{avatar}.{ext}", [.avatar: value, .ext: "jpg"]) == expected)
        let components = try NameTemplate("{avatar}/x.{ext}").components([.avatar: value, .ext: "jpg"])
        #expect(components.last == "x.jpg" && components.count <= 2)
        #expect(components.allSatisfy { !$0.contains("/") && $0 != ".." && $0 != "." && $0.utf8.count <= 255 })
    }

    @Test(arguments: [
        ("{avatr}", "did you mean {avatar}?"), ("{xyzzy}", "known: date, time"), ("{seed", "without its partner"),
        ("seed}", "without its partner"), ("../{seed}", "leads out"), ("/x", "below the picture folder"), ("", "empty"),
        ("a//b", "no name"), ("a/", "no name"), ("a\u{0}", "control characters"), ("~/x", "below the picture folder"),
    ]) func `a bad template says what is wrong`(template: String, words: String) {
        let error = #expect(throws: NameTemplateError.self) { try NameTemplate(template) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
