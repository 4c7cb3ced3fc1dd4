import FalClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PollScheduleTests {
    @Test func `intervals grow from a quarter of a second to two`() {
        var schedule = PollSchedule()
        let intervals = (0..<20).map { _ in schedule.next() }
        #expect(intervals[0] == .milliseconds(250))
        #expect(intervals[1] == .milliseconds(375))
        #expect(zip(intervals, intervals.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(intervals.last == .seconds(2))
        schedule.reset()
        #expect(schedule.next() == .milliseconds(250))
    }
}
