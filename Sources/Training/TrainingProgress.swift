/// How far a training is, as far as a line of its log tells: fal's trainers print tqdm's bars, of which nothing is promised.
package struct TrainingProgress: Sendable, Equatable {
    /// From 0 to 100.
    package let percent: Int
    package let step: Int?
    package let steps: Int?
    /// As the bar has it: `09:04`.
    package let remaining: String?

    /// Reads the last bar of a line such as ` 83%|███ | 2482/3000 [43:27<09:04, 1.05s/it]`; nil when there is none.
    package init?(line: String) {
        // A bar that is drawn anew comes after a carriage return.
        guard let bar = line.split(separator: "\r").last(where: { $0.contains("%|") }),
            let sign = bar.firstRange(of: "%|")
        else { return nil }
        let digits = bar[..<sign.lowerBound].reversed().prefix { $0.isASCII && $0.isNumber }.reversed()
        guard let percent = Int(String(digits)), (0...100).contains(percent) else { return nil }
        self.percent = percent
        let rest = bar[sign.upperBound...].split(separator: "|", maxSplits: 1).last ?? ""
        let counts = rest.prefix { $0 != "[" }.split(separator: "/").map { $0.filter { !$0.isWhitespace } }
        step = counts.count == 2 ? Int(counts[0]) : nil
        steps = counts.count == 2 ? Int(counts[1]) : nil
        remaining = rest.split(separator: "<").dropFirst().first.map { String($0.prefix { $0 != "," && $0 != "]" }) }
    }

    /// `83%, 2482 of 3000 steps, 09:04 left`
    package var text: String {
        var parts = ["\(percent)%"]
        if let step, let steps { parts.append("\(step) of \(steps) steps") }
        if let remaining { parts.append("\(remaining) left") }
        return parts.joined(separator: ", ")
    }
}
