import Testing

@testable import Generation

struct FlightLimitTests {
    @Test func `Without a refusal it is what the operator set`() {
        #expect(FlightLimit(ceiling: nil).current == nil)
        var limit = FlightLimit(ceiling: 4)
        limit.accept()
        #expect(limit.current == 4 && !limit.isNarrowed)
    }

    @Test func `A refusal halves it, once for all that were under way together`() {
        var limit = FlightLimit(ceiling: nil)
        limit.refuse(left: 100, isNews: true, namesConcurrency: false)
        #expect(limit.current == 50)
        limit.refuse(left: 99, isNews: false, namesConcurrency: false)
        #expect(limit.current == 50)
        limit.refuse(left: 40, isNews: false, namesConcurrency: false)
        #expect(limit.current == 40, "more than fal took")
        limit.refuse(left: 0, isNews: true, namesConcurrency: false)
        #expect(limit.current == 1)
    }

    @Test func `What fal takes of too many is the limit`() {
        var limit = FlightLimit(ceiling: 64)
        for left in (40..<64).reversed() {
            limit.refuse(left: left, isNews: left == 63, namesConcurrency: true)
        }
        #expect(limit.current == 40)
    }

    @Test func `It grows by one for each limit's worth of accepted submits, up to what was set`() {
        var limit = FlightLimit(ceiling: 4)
        limit.refuse(left: 2, isNews: true, namesConcurrency: true)
        var seen: [Int?] = []
        for _ in 0..<6 {
            limit.accept()
            seen.append(limit.current)
        }
        #expect(seen == [2, 3, 3, 3, 4, 4])
        #expect(!limit.isNarrowed)
    }
}
