import Generation
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DidYouMeanTests {
    private let presets = ["balanced", "fast", "landscape", "portrait", "quality", "ultra"]

    @Test(
        arguments: [
            ("balnaced", "balanced"), ("portret", "portrait"), ("FAST", "fast"), ("ulrta", "ultra"), ("fats", "fast"),
            ("qualty", "quality"),
        ])
    func `the nearest name is found`(name: String, expected: String) {
        #expect(DidYouMean.nearest(to: name, in: presets) == expected)
    }

    @Test(arguments: ["", "zzz", "photorealistic", "bal", String(repeating: "ultra", count: 1000)])
    func `a name that is far from all gives none`(name: String) {
        #expect(DidYouMean.nearest(to: name, in: presets) == nil)
    }

    @Test func `short names may differ in one letter`() {
        #expect(DidYouMean.nearest(to: "row", in: ["raw", "seed"]) == "raw")
        #expect(DidYouMean.nearest(to: "x", in: ["ab"]) == nil)
    }
}
