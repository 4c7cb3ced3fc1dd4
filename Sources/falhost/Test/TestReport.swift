import EventLoop
import Scripting

/// How results are shown while tests run.
@LoopActor
protocol TestReport: AnyObject {
    func begin()
    func add(_ results: [TestResult], of file: String)
    func end(_ summary: TestSummary)
}

/// `37 passed, 1 failed in 0.2 s`.
struct TestSummary: CustomStringConvertible {
    let count: Int
    let failedCount: Int
    let duration: Duration
    /// Golden files that were written.
    let writtenCount: Int

    init(_ results: [TestResult], _ duration: Duration, written: Int) {
        count = results.count
        failedCount = results.count { $0.failure != nil }
        self.duration = duration
        writtenCount = written
    }

    var description: String {
        let failed = failedCount == 0 ? "" : ", \(failedCount) failed"
        let files = writtenCount == 1 ? "file" : "files"
        let written = writtenCount == 0 ? "" : "; \(writtenCount) golden \(files) written"
        return "\(count - failedCount) passed\(failed) in \(duration.secondsText) s\(written)"
    }
}

extension Duration {
    /// Seconds with three digits: "0.012".
    var secondsText: String {
        let milliseconds = max(0, Int((self / .milliseconds(1)).rounded()))
        let digits = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}

/// For people: a line for each file, failures in full below it.
@LoopActor
final class TestText: TestReport {
    nonisolated init() {}

    func begin() {}

    func add(_ results: [TestResult], of file: String) {
        // All of its tests were filtered out.
        if results.isEmpty { return }
        let failures = results.filter { $0.failure != nil }
        let count = "\(results.count) test\(results.count == 1 ? "" : "s")"
        Console.output(
            failures.isEmpty ? "ok    \(file)  \(count)" : "FAIL  \(file)  \(count), \(failures.count) failed")
        for result in failures {
            guard let failure = result.failure else { continue }
            Console.output("\n  \(result.fullName)")
            if let place = failure.place { Console.output("    \(place)") }
            for line in failure.message.split(separator: "\n") { Console.output("    \(line)") }
        }
        if !failures.isEmpty { Console.output("") }
    }

    func end(_ summary: TestSummary) { Console.output("\(summary)") }
}
