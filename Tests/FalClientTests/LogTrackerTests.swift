import Testing

@testable import FalClient

@Suite(.timeLimit(.minutes(5)))
struct LogTrackerTests {
    private func lines(_ numbers: ClosedRange<Int>, timed: Bool = true) -> [QueueLog] {
        numbers.map { QueueLog(message: timed ? "line \($0)" : "same", timestamp: timed ? "t\($0)" : nil) }
    }

    @Test func `polling gives each line once`() {
        var logs = LogTracker()
        #expect(logs.new(inAll: lines(1...2)) == lines(1...2))
        #expect(logs.new(inAll: lines(1...2)).isEmpty)
        #expect(logs.new(inAll: lines(1...4)) == lines(3...4))
    }

    @Test func `a stream gives its lines, and those before a reconnection once`() {
        var logs = LogTracker()
        #expect(logs.new(inEvent: lines(1...2)) == lines(1...2))
        #expect(logs.new(inEvent: lines(3...3)) == lines(3...3))
        #expect(logs.new(inEvent: lines(1...4)) == lines(4...4))
        #expect(logs.new(inAll: lines(1...5)) == lines(5...5))
    }

    @Test func `equal lines without times are all kept`() {
        var logs = LogTracker()
        #expect(logs.new(inEvent: lines(1...1, timed: false)).count == 1)
        #expect(logs.new(inEvent: lines(1...1, timed: false)).count == 1)
    }
}
