/// Something that tells of itself at `/metrics`.
package protocol MetricsSource: Sendable {
    /// Metrics in Prometheus' text format, each line with its end.
    func text() async -> String
}
