import ArgumentParser

/// What a run tells of its work.
struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write metrics for Prometheus here, every 15 seconds and at the end (FALHOST_METRICS_FILE); its name ends in .prom.",
            valueName: "file"),
        completion: .file(extensions: ["prom"]))
    var metricsFile: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Say at the end how the generations went (on a terminal after more than one, unless it is switched off).")
    var summary: Bool?
}

/// What flags and variables say of metrics.
struct MetricsSettings {
    /// An absolute path.
    let file: String?
    /// Nil leaves it to the terminal.
    let summary: Bool?

    /// - Parameter options: nil for a command that sends no jobs.
    init(_ options: MetricsOptions?) throws {
        summary = options?.summary
        guard let options else {
            file = nil
            return
        }
        let (path, source) =
            options.metricsFile.map { ($0, "--metrics-file") }
            ?? (Environment.value("FALHOST_METRICS_FILE"), "FALHOST_METRICS_FILE")
        if let path, !path.hasSuffix(".prom") {
            throw CommandError(
                options.metricsFile == nil ? .configuration : .usage,
                "\(source): '\(path)' does not end in .prom: the node exporter would not read it")
        }
        file = path.map(Project.absolute)
    }
}
