import NIOCore

extension Job {
    /// How many lines a job logs when it has run to its end.
    static let logCount = 6

    /// How many lines there are by now: one at the start, one for each quarter, one at the end.
    var visibleLogs: Int {
        switch phase {
        case .waiting: 0
        case .completed: Self.logCount
        case .running(let since):
            runTime.nanoseconds <= 0
                ? 1 : 1 + Int(min((NIODeadline.now() - since).nanoseconds * 4 / runTime.nanoseconds, 4))
        }
    }

    /// Time until the next line appears, nil when none will.
    var untilNextLog: TimeAmount? {
        guard case .running(let since) = phase, runTime.nanoseconds > 0, visibleLogs < Self.logCount - 1 else {
            return nil
        }
        let next = since + .nanoseconds(runTime.nanoseconds / 4 * Int64(visibleLogs))
        return max(next - NIODeadline.now(), .milliseconds(1))
    }

    func writeLogs(_ range: Range<Int>, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("[")
        for index in range {
            if index > range.lowerBound { buffer.writeStaticString(",") }
            let nanoseconds = runTime.nanoseconds / 4 * Int64(min(index, 4))
            let time = Timestamp(microseconds: started.microseconds + nanoseconds / 1000)
            buffer.writeStaticString("{\"timestamp\":\"")
            buffer.writeString(time.description)
            buffer.writeStaticString("\",\"message\":")
            buffer.writeJSONString(logMessage(index))
            buffer.writeStaticString(",\"level\":\"INFO\",\"source\":\"USER\",\"labels\":{\"level\":\"INFO\"}}")
        }
        buffer.writeStaticString("]")
    }

    /// The shape of tqdm, which fal's runners print.
    private func logMessage(_ index: Int) -> String {
        switch index {
        case 0: return "Loading \(origin.endpoint)"
        case 5: return "Done"
        default:
            let bar = String(repeating: "█", count: index * 5 / 2) + String(repeating: " ", count: 10 - index * 5 / 2)
            return "\(index * 25)%|\(bar)| \(index * 7)/28"
        }
    }
}
