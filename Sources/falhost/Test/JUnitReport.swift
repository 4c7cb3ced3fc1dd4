import Scripting

/// The XML that CI servers read: a suite for each file, a case for each test.
enum JUnitReport {
    static func text(_ results: [TestResult]) -> String {
        var files: [String] = []
        for result in results where files.last != result.file { files.append(result.file) }
        let suites = files.map { file in suite(file, results.filter { $0.file == file }) }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<testsuites name=\"falhost test\" \(counts(results))>\n\(suites.joined())</testsuites>\n"
    }

    private static func suite(_ file: String, _ results: [TestResult]) -> String {
        let cases = results.map { testCase($0) }
        return "  <testsuite name=\"\(escaped(file))\" \(counts(results))>\n\(cases.joined())  </testsuite>\n"
    }

    private static func testCase(_ result: TestResult) -> String {
        let place = ([result.file] + result.groups).joined(separator: " ")
        let start =
            "    <testcase classname=\"\(escaped(place))\" name=\"\(escaped(result.name))\" time=\"\(result.duration.secondsText)\""
        guard let failure = result.failure else { return start + "/>\n" }
        let text = [failure.place, failure.message].compactMap { $0 }.joined(separator: "\n")
        let first = failure.message.split(separator: "\n").first.map(String.init) ?? ""
        return "\(start)>\n      <failure message=\"\(escaped(first))\">\(escaped(text))</failure>\n    </testcase>\n"
    }

    private static func counts(_ results: [TestResult]) -> String {
        let time = results.reduce(Duration.zero) { $0 + $1.duration }
        let failed = results.count { $0.failure != nil }
        return "tests=\"\(results.count)\" failures=\"\(failed)\" errors=\"0\" time=\"\(time.secondsText)\""
    }

    /// Text for an element or an attribute; what XML 1.0 cannot hold (§2.2) becomes U+FFFD.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                escaped.unicodeScalars.append(scalar)
            default: escaped += "\u{FFFD}"
            }
        }
        return escaped
    }
}
