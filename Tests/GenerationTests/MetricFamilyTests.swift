import EventLoop
import Testing

@testable import Generation

@Suite(.timeLimit(.minutes(5)))
struct MetricFamilyTests {
    @LoopActor
    private static func text(_ family: MetricFamily) -> String {
        var text = ""
        family.write(to: &text)
        return text
    }

    @LoopActor
    @Test func `label values are escaped, and series are found again`() {
        let family = MetricFamily("a_total", .counter, help: "x\\y\nz \"q\"", labels: ["l", "m"])
        #expect(Self.text(family) == "")
        let number = family.number(["a\"b\\c\nd", "й"])
        family.add(to: number)
        family.add(0.5, to: family.number(["a\"b\\c\nd", "й"]))
        family.add(2, to: family.number(["", ""]))
        #expect(
            Self.text(family) == #"""
                # HELP a_total x\\y\nz "q"
                # TYPE a_total counter
                a_total{l="a\"b\\c\nd",m="й"} 1.5
                a_total{l="",m=""} 2

                """#)
    }

    @LoopActor
    @Test func `a histogram counts up to each bound`() {
        let family = MetricFamily("t_seconds", .histogram(bounds: [0.5, 1]), help: "t")
        for value in [0.25, 0.5, 0.75, 3] { family.observe(value) }
        #expect(
            Self.text(family) == """
                # HELP t_seconds t
                # TYPE t_seconds histogram
                t_seconds_bucket{le="0.5"} 2
                t_seconds_bucket{le="1"} 3
                t_seconds_bucket{le="+Inf"} 4
                t_seconds_sum 4.5
                t_seconds_count 4

                """)
    }
}
