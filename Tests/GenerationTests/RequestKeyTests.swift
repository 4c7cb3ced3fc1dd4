import FalClient
import Generation
import JSON
import Testing

struct RequestKeyTests {
    private func key(_ arguments: JSONObject, _ endpoint: String = "fal-ai/flux-lora") throws -> RequestKey {
        try #require(
            RequestKey(
                JobOrder(
                    endpoint: try EndpointID(endpoint), arguments: arguments, options: JobOptions(timeout: .seconds(1)),
                    subject: nil)))
    }

    @Test func `the order of names and the way numbers are written do not count`() throws {
        let one = try key(["prompt": "x", "seed": 7, "size": ["width": 2, "height": 3.0], "scale": 1.5])
        #expect(try key(["seed": 7, "scale": 1.5, "size": ["height": 3, "width": 2.0], "prompt": "x"]) == one)
        #expect(try key(["prompt": "x", "seed": 7, "size": ["width": 3, "height": 2], "scale": 1.5]) != one)
    }

    @Test func `the seed counts only where it is asked for`() throws {
        let (one, two) = (try key(["prompt": "x", "seed": 7]), try key(["prompt": "x", "seed": 8]))
        #expect(one.exact != two.exact && one.anySeed == two.anySeed)
        #expect(try key(["prompt": "x"]).anySeed == one.anySeed)
        #expect(try key(["prompt": "x", "seed": 7], "fal-ai/flux-pro").anySeed != one.anySeed)
    }
}
