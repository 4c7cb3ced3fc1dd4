import Testing

@testable import Generation

struct SubmitRateTests {
    /// The moments, in tenths of a second, at which a greedy sender of so many submits may send.
    private func moments(_ rate: SubmitRate, count: Int, from start: ContinuousClock.Instant) -> [Int] {
        var rate = rate
        var now = start
        return (0..<count).map { _ in
            now = rate.opening(from: now)
            rate.take(at: now)
            return Int(((now - start) / .milliseconds(100)).rounded())
        }
    }

    @Test func `Submits are as far apart as the rate says`() {
        #expect(moments(SubmitRate(perSecond: 5, burst: 1), count: 5, from: .now) == [0, 2, 4, 6, 8])
        #expect(moments(SubmitRate(perSecond: 0.5, burst: 1), count: 3, from: .now) == [0, 20, 40])
    }

    @Test func `A burst leaves at once, and the rate holds over all`() {
        #expect(moments(SubmitRate(perSecond: 10, burst: 3), count: 6, from: .now) == [0, 0, 0, 1, 2, 3])
    }

    @Test func `Quiet times are saved up to one burst`() {
        let start = ContinuousClock.now
        var rate = SubmitRate(perSecond: 10, burst: 3)
        for _ in 0..<3 { rate.take(at: start) }
        #expect(moments(rate, count: 5, from: start + .seconds(60)) == [0, 0, 0, 1, 2])
    }
}
