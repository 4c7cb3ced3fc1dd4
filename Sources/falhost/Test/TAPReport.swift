import EventLoop
import JSON
import Scripting

/// TAP version 14 (testanything.org), with what went wrong as a YAML block.
@LoopActor
final class TAPReport: TestReport {
    private var count = 0

    nonisolated init() {}

    func begin() { Console.output("TAP version 14") }

    func add(_ results: [TestResult], of file: String) {
        for result in results {
            count += 1
            let name = Self.escaped("\(file): \(result.fullName)")
            Console.output("\(result.failure == nil ? "ok" : "not ok") \(count) - \(name)")
            guard let failure = result.failure else { continue }
            Console.output("  ---")
            Console.output("  message: \(Self.quoted(failure.message))")
            if let place = failure.place { Console.output("  at: \(Self.quoted(place))") }
            Console.output("  ...")
        }
    }

    func end(_ summary: TestSummary) {
        Console.output("1..\(count)")
        Console.output("# \(summary)")
    }

    /// `#` begins a directive, and a line break ends the line.
    private static func escaped(_ name: String) -> String {
        String(
            name.flatMap { character -> String in
                if character.isNewline { return " " }
                return character == "#" || character == "\\" ? "\\\(character)" : String(character)
            })
    }

    /// A JSON string is a double-quoted scalar of YAML.
    private static func quoted(_ text: String) -> String {
        ((try? JSONValue.string(text).serialized()).map { String(decoding: $0, as: UTF8.self) }) ?? "\"\""
    }
}
