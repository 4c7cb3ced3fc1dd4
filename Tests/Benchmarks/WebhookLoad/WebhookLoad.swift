import Foundation

/// `WebhookLoad floor`: the bare server. `WebhookLoad keys`: the key set, in place of fal. `WebhookLoad drive PORT RATE
/// SECONDS BAD-EVERY`: the load; prints deliveries a second, latencies and answers.
@main
struct WebhookLoad {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        switch words.first {
        case "floor": try FloorServer.run()
        case "keys":
            say("\(try KeySetServer.start())")
            // Its server has threads of its own; whoever started this ends it.
            while true { Thread.sleep(forTimeInterval: 3600) }
        case "drive" where words.count == 5:
            let numbers = words.dropFirst().compactMap(Double.init)
            guard numbers.count == 4 else { return usage() }
            drive(Load(port: Int(numbers[0]), rate: numbers[1], seconds: numbers[2], badEvery: Int(numbers[3])))
        default: usage()
        }
    }

    /// A line that a waiting reader gets at once.
    static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

    private static func usage() {
        say("WebhookLoad floor | keys | drive PORT RATE SECONDS BAD-EVERY")
        exit(64)
    }

    /// One line: a second, middle and 99th latency in microseconds, wrong answers, answers by status.
    private static func drive(_ load: Load) {
        let (result, seconds) = load.run()
        let sorted = result.latencies.sorted()
        func latency(_ part: Double) -> Int {
            sorted.isEmpty ? 0 : Int(sorted[Int(Double(sorted.count - 1) * part)] * 1e6)
        }
        let statuses = result.statuses.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let rate = String(format: "%.0f", Double(sorted.count) / seconds)
        say("\(rate) \(latency(0.5)) \(latency(0.99)) \(result.wrong) \(statuses.joined(separator: " "))")
    }
}
