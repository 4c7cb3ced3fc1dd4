import Generation
import JSON
import Testing

struct StatisticsTests {
    private static func record(
        _ preset: String?, _ state: Job.State.Name = .completed, seconds: Int? = nil, price: String? = nil,
        checked: Int = 0, flagged: Int = 0
    ) -> JobRecord {
        JobRecord(
            run: "r", endpoint: "a/b", avatar: nil, preset: preset, created: Timestamp(milliseconds: 0), state: state,
            duration: seconds.map { .seconds($0) },
            cost: JobCost(estimate: nil, perUnit: nil, price: price.flatMap(Dollars.init(parsing:))),
            checkedPictures: checked, flaggedPictures: flagged)
    }

    @Test func `Quantiles are durations that were measured`() {
        let statistics = Statistics((1...20).reversed().map { Self.record("x", seconds: $0) })
        #expect(statistics.duration(quantile: 0.5) == .seconds(10))
        #expect(statistics.duration(quantile: 0.95) == .seconds(19))
        #expect(statistics.duration(quantile: 1) == .seconds(20))
        #expect(Statistics([Self.record("x", seconds: 7)]).duration(quantile: 0.95) == .seconds(7))
    }

    @Test func `Nothing is invented where nothing is known`() {
        let json = Statistics([Self.record("x", .submitted)]).json
        for name in ["success_rate", "p50", "p95", "nsfw_share"] { #expect(json[name] == .null) }
        #expect(json["unknown_prices"] == 0, "its price may still come")
    }

    @Test func `Shares and sums count what they should`() {
        let statistics = Statistics([
            Self.record("x", price: "0.10", checked: 4, flagged: 1), Self.record("x", price: "0.20"),
            Self.record("x", .failed, price: "0"), Self.record("x", .unknown), Self.record("x", .cancelled),
            Self.record("x", .submitted),
        ])
        #expect(statistics.jobs == 6)
        #expect(statistics.successRate == 0.5)
        #expect(statistics.spent == Dollars(parsing: "0.30"))
        #expect(statistics.unknownPrices == 2)
        #expect(statistics.flaggedShare == 0.25)
    }

    @Test func `Groups are sorted, and jobs without one come last`() {
        let groups = Statistics.groups(
            [Self.record(nil), Self.record("b"), Self.record("a"), Self.record("b")], by: .preset)
        #expect(groups.map(\.name) == ["a", "b", nil])
        #expect(groups.map(\.1.jobs) == [1, 2, 1])
    }

    @Test func `A day is found by its date`() {
        #expect(Timestamp.beginning(ofDay: "2026-11-22")?.localDay == "2026-11-22")
        #expect(Timestamp.beginning(ofDay: "2026-11-22")?.localMidnight == Timestamp.beginning(ofDay: "2026-11-22"))
        for text in ["2026-13-01", "2026-02-30", "26-1-1", "yesterday", "", "2026-11-2x"] {
            #expect(Timestamp.beginning(ofDay: text) == nil)
        }
    }
}
