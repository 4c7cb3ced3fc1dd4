/// Why a text is not a fault.
package struct FaultSyntaxError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    /// `unknown <what> "<word>"`, and the nearest known word or all of them.
    static func unknown(_ what: String, _ word: Substring, known: [String], in text: String) -> FaultSyntaxError {
        let nearest = known.map { (word: $0, distance: distance(String(word), $0)) }
            .min { $0.distance < $1.distance }
        let hint =
            nearest.flatMap { $0.distance <= 2 + word.count / 4 ? "did you mean \($0.word)?" : nil }
            ?? "known: \(known.joined(separator: ", "))"
        return FaultSyntaxError("unknown \(what) \"\(word)\" in fault \"\(text)\"; \(hint)")
    }

    /// How many letters must be changed, added or taken away (Levenshtein).
    private static func distance(_ first: String, _ second: String) -> Int {
        let target = Array(second.utf8.prefix(64))
        var row = Array(0...target.count)
        for (i, letter) in first.utf8.prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in target.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[target.count]
    }
}
