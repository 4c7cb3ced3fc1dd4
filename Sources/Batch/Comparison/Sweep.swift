/// A config key and the values that it takes one after the other: `lora_scale=0.8:1.2:0.1` or `image_size=square,square_hd`.
package struct Sweep: Sendable, Equatable {
    package let key: String
    /// As they are shown; `JSONValue(configText:)` reads them.
    package let values: [String]

    /// Why a text is no sweep: one sentence.
    package struct Fault: Error, Sendable, Equatable {
        package let message: String
    }

    private static let mostValues = 100

    /// Reads `key=from:to:step`, with `to` where a step falls on it, or `key=value,value…`.
    package init(parsing text: String) throws(Fault) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw Fault(message: "--sweep \(text): expected key=from:to:step or key=value,value…")
        }
        key = String(text[..<equals])
        let list = text[text.index(after: equals)...]
        values =
            try Self.range(list, text) ?? list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard values.allSatisfy({ !$0.isEmpty }), Set(values).count == values.count else {
            throw Fault(message: "--sweep \(text): a value is empty, or stands there twice")
        }
        guard values.count <= Self.mostValues else {
            throw Fault(message: "--sweep \(text): \(values.count) values are more than \(Self.mostValues)")
        }
    }

    /// Nil for what is not three numbers. Counts in whole steps of the last decimal: ten times 0.1 is 1.
    private static func range(_ text: Substring, _ whole: String) throws(Fault) -> [String]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let decimals =
            parts.map { $0.split(separator: ".", maxSplits: 1).dropFirst().first?.utf8.count ?? 0 }.max() ?? 0
        let numbers = parts.compactMap { scaled($0, decimals) }
        guard numbers.count == 3 else { return nil }
        let (from, to, step) = (numbers[0], numbers[1], numbers[2])
        guard step > 0, from <= to else {
            throw Fault(message: "--sweep \(whole): from \(parts[0]) to \(parts[1]) there is no step of \(parts[2])")
        }
        guard (to - from) / step < mostValues else {
            throw Fault(message: "--sweep \(whole): \((to - from) / step + 1) values are more than \(mostValues)")
        }
        return stride(from: from, through: to, by: step).map { self.text($0, decimals) }
    }

    /// A number with so many decimals as a whole one; nil for what is none, or has more than 15 digits.
    private static func scaled(_ text: Substring, _ decimals: Int) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        let digits = whole + fraction + String(repeating: "0", count: decimals - fraction.utf8.count)
        guard digits.utf8.count <= 15, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits)
    }

    private static func text(_ number: Int, _ decimals: Int) -> String {
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return decimals == 0 ? padded : "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }
}
