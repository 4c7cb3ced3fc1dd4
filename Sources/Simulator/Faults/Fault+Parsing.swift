extension Fault {
    /// Parses `stage:kind[:parameter=value]…`; a value may hold colons when it is a URL and comes last.
    package init(parsing text: String) throws(FaultSyntaxError) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else {
            throw FaultSyntaxError(
                "a fault is stage:kind[:parameter=value]…, e.g. submit:429:retry-after=2; got \"\(text)\"")
        }
        guard let stage = Stage(rawValue: String(parts[0])) else {
            throw .unknown("stage", parts[0], known: Stage.allCases.map(\.rawValue), in: text)
        }
        let word = parts[1] == "reset" ? "reset-before" : parts[1]
        guard let kind = Kind(rawValue: String(word)), kind.stages.contains(stage) else {
            let fitting = Kind.allCases.filter { $0.stages.contains(stage) }.map(\.rawValue)
            throw .unknown("fault at \(stage)", parts[1], known: fitting, in: text)
        }
        self.init(stage, kind)
        if parts.count == 3 { try readParameters(parts[2], in: text) }
        if (kind == .redirect || kind == .foreignURLs) && url == nil {
            throw FaultSyntaxError("fault \"\(text)\" needs url=, where it leads")
        }
    }

    private mutating func readParameters(_ list: Substring, in text: String) throws(FaultSyntaxError) {
        var rest = list
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: "=") else {
                throw FaultSyntaxError("\"\(rest)\" in fault \"\(text)\" is not parameter=value")
            }
            let name = rest[..<equals]
            let tail = rest[rest.index(after: equals)...]
            // A URL has colons of its own: it takes all that is left.
            let end = name == "url" ? tail.endIndex : tail.firstIndex(of: ":") ?? tail.endIndex
            try set(name, to: tail[..<end], in: text)
            rest = end == tail.endIndex ? "" : tail[tail.index(after: end)...]
        }
    }

    private mutating func set(_ name: Substring, to value: Substring, in text: String) throws(FaultSyntaxError) {
        let known = ["times", "after", "endpoint"] + kind.parameters
        guard known.contains(String(name)) else { throw .unknown("parameter", name, known: known, in: text) }
        guard !value.isEmpty else { throw FaultSyntaxError("\(name)= has no value in fault \"\(text)\"") }
        switch name {
        case "times": times = value == "always" ? .max : try number(name, value, 1...1_000_000, in: text)
        case "after": after = try number(name, value, 0...1_000_000, in: text)
        case "endpoint": endpoint = String(value)
        case "retry-after": retryAfter = String(value)
        case "type": type = String(value)
        case "ms": milliseconds = try number(name, value, 0...600_000, in: text)
        case "bytes": bytes = try number(name, value, 1...(1 << 32), in: text)
        default: url = String(value)
        }
    }

    private func number(
        _ name: Substring, _ value: Substring, _ range: ClosedRange<Int>, in text: String
    ) throws(FaultSyntaxError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw FaultSyntaxError(
                "\(name)=\(value) in fault \"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
