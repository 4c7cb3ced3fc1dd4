extension MetricFamily {
    /// The family as Prometheus reads it, text format 0.0.4
    /// (prometheus.io/docs/instrumenting/exposition_formats); nothing before there is a series.
    func write(to text: inout String) {
        if series.isEmpty { return }
        let word =
            switch kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(word)\n"
        for series in series {
            guard case .histogram(let bounds) = kind else {
                text += "\(name)\(labels(of: series)) \(Self.text(series.value))\n"
                continue
            }
            var count = 0
            for (bound, number) in zip(bounds.map(Self.text) + ["+Inf"], series.counts) {
                count += number
                text += "\(name)_bucket\(labels(of: series, bound: bound)) \(count)\n"
            }
            text += "\(name)_sum\(labels(of: series)) \(Self.text(series.value))\n"
            text += "\(name)_count\(labels(of: series)) \(count)\n"
        }
    }

    private func labels(of series: Series, bound: String? = nil) -> String {
        var pairs = zip(labels, series.labels).map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        return pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    }

    /// Backslashes and line feeds, and within quotes these.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whole numbers without a fraction.
    private static func text(_ value: Double) -> String {
        value.magnitude < 0x1p53 && value == value.rounded() ? String(Int64(value)) : "\(value)"
    }
}
