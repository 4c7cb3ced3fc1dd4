import FalClient
import HTTPTransport
import Logging

/// Writes log lines to standard error, each through the redactors that mask the key and what is secret in URLs.
struct StderrLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = prefix(event.level) + event.message.description
        for (name, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            line += " \(name)=\(value)"
        }
        Console.note(URLSecrets.masked(FalCredentials.redact(line)))
    }

    /// Information stands for itself (the service's log lines are the guide's); other levels say what they are.
    private func prefix(_ level: Logger.Level) -> String {
        level == .info || level == .notice ? "" : "\(level.rawValue): "
    }
}
