internal import EventLoop

extension RunMetrics {
    /// A run's generations in figures.
    struct Tally {
        private(set) var made = 0
        private(set) var images = 0
        private(set) var failures: [GenerationError.Code: Int] = [:]
        private(set) var time = 0.0
        private(set) var longest = 0.0
        var retries = 0
        var refusals = 0

        mutating func add(duration: Double, images: Int) {
            made += 1
            self.images += images
            time += duration
            longest = max(longest, duration)
        }

        mutating func add(failure code: GenerationError.Code) { failures[code, default: 0] += 1 }
    }

    /// Generations that came to an end.
    package var generations: Int { tally.made + tally.failures.values.reduce(0, +) }

    /// `12 generations in 8.1 s: 11 made (11 pictures, 2.4 s each, the longest 3.9 s), 1 failed: rate_limited 1; 3 retries`.
    package var summary: String {
        let count = generations
        var text = "\(count) generation\(count == 1 ? "" : "s") in \(Self.seconds((.now - started) / .seconds(1)))"
        if tally.made > 0 {
            let each = Self.seconds(tally.time / Double(tally.made))
            let pictures = "\(tally.images) picture\(tally.images == 1 ? "" : "s")"
            text += ": \(tally.made) made (\(pictures), \(each) each, the longest \(Self.seconds(tally.longest)))"
        }
        if !tally.failures.isEmpty {
            let codes = tally.failures.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                .map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", ")
            text += "\(tally.made > 0 ? ", " : ": ")\(count - tally.made) failed: \(codes)"
        }
        if tally.retries > 0 { text += "; \(tally.retries) request\(tally.retries == 1 ? "" : "s") made again" }
        if tally.refusals > 0 { text += "; put off by fal \(tally.refusals) time\(tally.refusals == 1 ? "" : "s")" }
        return text
    }

    /// One decimal: `8.1 s`.
    private static func seconds(_ time: Double) -> String {
        let tenths = Int((time * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
