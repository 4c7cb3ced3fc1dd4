import FalClient
import Generation

extension ScriptInvocation {
    /// - Parameter arguments: byte for byte; the key is masked in them, for they are kept.
    init(script: String, arguments: [[UInt8]]) {
        self.init(
            file: Project.absolute(script),
            arguments: arguments.map { FalCredentials.redact(String(decoding: $0, as: UTF8.self)) })
    }
}

extension Run {
    /// The command that runs the rest of its script, for a shell; nil when no script's file was run.
    var resumingCommand: String? {
        if let batchCommand { return batchCommand }
        guard let invocation else { return nil }
        return Self.shellCommand(["falhost", "--resume-run", id, script] + invocation.arguments)
    }

    static func shellCommand(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    /// A word as a POSIX shell takes it for itself.
    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_./:=,+@%".utf8.contains(byte)
                }
            }
        if isPlain { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
