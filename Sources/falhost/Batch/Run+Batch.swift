import FalClient
import Generation

/// A batch as the ledger keeps it.
extension ScriptInvocation {
    /// - Parameters:
    ///   - arguments: of `falhost batch`, without those that resume.
    ///   - draw: what alternatives were drawn from, when the arguments do not say it.
    init(batch file: String, arguments: [String], draw: UInt64?) {
        let words = [Self.batch] + (draw.map { ["--draw", String($0)] } ?? []) + arguments
        self.init(file: Project.absolute(file), arguments: words.map { FalCredentials.redact($0) })
    }

    /// - Parameter root: the id of the first run of those that made the same jobs.
    init(retrying root: String, arguments: [String]) {
        self.init(
            file: Self.retries(of: root), arguments: ([Self.batch] + arguments).map { FalCredentials.redact($0) })
    }

    /// Stands where a file does: no absolute path begins so.
    static func retries(of root: String) -> String { retryPrefix + root }

    fileprivate static let batch = "batch"
    fileprivate static let retryPrefix = "retry:"
}

extension Run {
    /// The arguments of the `falhost batch` that it was; nil for any other run.
    var batchArguments: [String]? {
        guard let invocation, invocation.arguments.first == ScriptInvocation.batch,
            script == ScriptInvocation.batch || script.hasPrefix(ScriptInvocation.batch + " ")
        else { return nil }
        return Array(invocation.arguments.dropFirst())
    }

    /// The run whose failed jobs it made again; nil for one that did not.
    var retriedRoot: String? {
        guard batchArguments != nil, let file = invocation?.file, file.hasPrefix(ScriptInvocation.retryPrefix) else {
            return nil
        }
        return String(file.dropFirst(ScriptInvocation.retryPrefix.count))
    }

    /// The commands that make the rest of a batch, for a shell; nil for any other run.
    var batchCommand: String? {
        guard let batchArguments else { return nil }
        if retriedRoot != nil {
            return "falhost resume \(id) && " + Self.shellCommand(["falhost", "batch"] + batchArguments)
        }
        return Self.shellCommand(["falhost", "batch", "--resume-run", id] + batchArguments)
    }
}
