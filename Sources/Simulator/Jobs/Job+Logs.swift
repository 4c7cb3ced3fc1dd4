import NIOCore

extension Job {
    /// How many lines a job that makes pictures logs: one at the start, one for each quarter, one at the end.
    static let logCount = 6

    /// How many lines there are by now.
    var visibleLogs: Int {
        switch (phase, training) {
        case (.waiting, _): 0
        case (.running, .unread): 1
        case (.running, .ended(_, let logs)), (.completed, .ended(_, let logs)): logs
        case (.running(let since), _): firstTick + passedTicks(since: since)
        case (.completed, nil): Self.logCount
        case (.completed, _): TrainingLog.count
        }
    }

    /// Time until the next line appears, nil when none will before the state changes.
    var untilNextLog: TimeAmount? {
        guard case .running(let since) = phase, runTime.nanoseconds > 0 else { return nil }
        switch training {
        case .unread, .ended: return nil
        case .read, nil: break
        }
        let passed = passedTicks(since: since)
        guard passed < ticks else { return nil }
        let next = since + .nanoseconds(runTime.nanoseconds / Int64(ticks) * Int64(passed + 1))
        return max(next - NIODeadline.now(), .milliseconds(1))
    }

    func writeLogs(_ range: Range<Int>, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("[")
        for index in range {
            if index > range.lowerBound { buffer.writeStaticString(",") }
            let tick = min(max(index + 1 - firstTick, 0), ticks)
            let nanoseconds = runTime.nanoseconds / Int64(ticks) * Int64(tick)
            let time = Timestamp(microseconds: started.microseconds + nanoseconds / 1000)
            buffer.writeStaticString("{\"timestamp\":\"")
            buffer.writeString(time.description)
            buffer.writeStaticString("\",\"message\":")
            buffer.writeJSONString(logMessage(index))
            buffer.writeStaticString(",\"level\":\"INFO\",\"source\":\"USER\",\"labels\":{\"level\":\"INFO\"}}")
        }
        buffer.writeStaticString("]")
    }

    /// Equal steps of time after each of which comes a line.
    private var ticks: Int { training == nil ? 4 : TrainingLog.ticks }

    /// Lines that are there before the first step has passed.
    private var firstTick: Int { training == nil ? 1 : TrainingLog.preludeCount + 1 }

    private func passedTicks(since start: NIODeadline) -> Int {
        guard runTime.nanoseconds > 0 else { return 0 }
        return Int(min((NIODeadline.now() - start).nanoseconds * Int64(ticks) / runTime.nanoseconds, Int64(ticks)))
    }

    private func logMessage(_ index: Int) -> String {
        let seconds = Double(runTime.nanoseconds) / 1e9
        switch training {
        case .unread: return TrainingLog.line(index, of: nil, seconds: seconds)
        case .read(let model): return TrainingLog.line(index, of: model, seconds: seconds)
        case .ended(let model, _): return TrainingLog.line(index, of: model, seconds: seconds)
        case nil: return pictureMessage(index)
        }
    }

    /// The shape of tqdm, which fal's runners print.
    private func pictureMessage(_ index: Int) -> String {
        switch index {
        case 0: return "Loading \(origin.endpoint)"
        case 5: return "Done"
        default:
            let bar = String(repeating: "█", count: index * 5 / 2) + String(repeating: " ", count: 10 - index * 5 / 2)
            return "\(index * 25)%|\(bar)| \(index * 7)/28"
        }
    }
}
