package import EventLoop

/// One metric with its label names, and a series for each set of label values that was met.
///
/// A series is found once and then counted by its number: counting allocates nothing. Who asks for series bounds how many
/// there are.
@LoopActor
package final class MetricFamily {
    package enum Kind: Sendable, Equatable {
        /// Only goes up.
        case counter
        case gauge
        /// Counts values up to each bound, which ascend.
        case histogram(bounds: [Double])
    }

    struct Series {
        let labels: [String]
        /// The number; of a histogram the sum of its values.
        var value = 0.0
        /// Of a histogram: one for each bound and one for what lies beyond.
        var counts: [Int] = []
    }

    let name: String
    let help: String
    let kind: Kind
    let labels: [String]
    private(set) var series: [Series] = []
    private var numbers: [[String]: Int] = [:]

    /// - Parameters:
    ///   - name: with the unit, and `_total` for a counter (prometheus.io/docs/practices/naming).
    ///   - labels: the labels' names; without any there is one series, number 0.
    package init(_ name: String, _ kind: Kind, help: String, labels: [String] = []) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        if labels.isEmpty { _ = number([]) }
    }

    /// The number of the series with these values, in the order of the labels' names.
    package func number(_ values: [String]) -> Int {
        if let number = numbers[values] { return number }
        var series = Series(labels: values)
        if case .histogram(let bounds) = kind { series.counts = [Int](repeating: 0, count: bounds.count + 1) }
        numbers[values] = self.series.count
        self.series.append(series)
        return self.series.count - 1
    }

    package func add(_ amount: Double = 1, to number: Int = 0) { series[number].value += amount }

    package func set(_ value: Double, of number: Int = 0) { series[number].value = value }

    /// Takes a value into a histogram.
    package func observe(_ value: Double, in number: Int = 0) {
        guard case .histogram(let bounds) = kind else { return }
        series[number].value += value
        series[number].counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    }
}
