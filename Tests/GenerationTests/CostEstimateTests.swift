import FalClient
import Generation
import JSON
import Testing

struct CostEstimateTests {
    private static func dollars(_ text: String) -> Dollars { Dollars(parsing: text) ?? .zero }

    private static let prices = PriceTable([
        "fal-ai/flux-lora": Price(unit: .megapixels, perUnit: dollars("0.035"), source: "s", date: "2026-06"),
        "fal-ai/flux-pro/v1.1-ultra-finetuned": Price(
            unit: .megapixels, perUnit: dollars("0.01"), source: "s", date: nil),
        "a/per-image": Price(unit: .images, perUnit: dollars("0.06"), source: "s", date: nil),
        "a/per-request": Price(unit: .requests, perUnit: dollars("2"), source: "s", date: nil),
        "a/per-second": Price(unit: .other("seconds"), perUnit: dollars("0.001"), source: "s", date: nil),
        "a/per-pixel": Price(unit: .megapixels, perUnit: dollars("0.01"), source: "s", date: nil),
    ])

    private static func estimate(_ endpoint: String, _ arguments: JSONObject) -> CostEstimate {
        CostEstimate(endpoint: endpoint, arguments: arguments, prices: prices)
    }

    @Test(
        arguments: [
            ("fal-ai/flux-lora", ["image_size": "square"], "$0.035"),
            ("fal-ai/flux-lora", ["image_size": "square_hd"], "$0.07"),
            ("fal-ai/flux-lora", ["image_size": "square_hd", "num_images": 4], "$0.28"),
            ("fal-ai/flux-lora", ["image_size": ["width": 1000, "height": 1000]], "$0.035"),
            ("fal-ai/flux-lora", ["image_size": ["width": 1001, "height": 1000]], "$0.07"),
            ("fal-ai/flux-lora", [:], "$0.035"),
            ("fal-ai/flux-lora", ["num_images": .null], "$0.035"),
            ("fal-ai/flux-pro/v1.1-ultra-finetuned", ["aspect_ratio": "1:1"], "$0.05"),
            ("a/per-image", ["num_images": 3], "$0.18"),
            ("a/per-request", ["num_images": 3], "$2.00"),
        ] as [(String, JSONObject, String)])
    func `Size and number of pictures make the price`(endpoint: String, arguments: JSONObject, amount: String) {
        #expect(Self.estimate(endpoint, arguments).amount?.description == amount)
    }

    @Test(
        arguments: [
            ("a/unheard-of", [:]), ("a/per-second", [:]), ("a/per-pixel", [:]),
            ("fal-ai/flux-lora", ["image_size": "huge"]), ("fal-ai/flux-lora", ["num_images": "two"]),
            ("a/per-image", ["num_images": 0]), ("a/per-image", ["num_images": -3]),
        ] as [(String, JSONObject)])
    func `What cannot be told is unknown, never nothing`(endpoint: String, arguments: JSONObject) {
        let estimate = Self.estimate(endpoint, arguments)
        #expect(estimate.amount == nil)
        #expect(estimate.json(endpoint: endpoint)["estimate"] == .null)
        #expect(estimate.json(endpoint: endpoint)["reason"]?.stringValue?.isEmpty == false)
    }

    @Test func `An estimate says what it was made from`() {
        let estimate = Self.estimate("fal-ai/flux-lora", ["image_size": "square_hd"])
        #expect(
            estimate.json(endpoint: "fal-ai/flux-lora") == [
                "estimate": 0.07, "units": 2.0, "unit": "megapixels", "unit_price": 0.035, "source": "s",
                "date": "2026-06",
            ])
        #expect(estimate.text(endpoint: "fal-ai/flux-lora") == "$0.07  (2 megapixels at $0.035: s, 2026-06)")
    }

    @Test func `A published price names its source and date`() {
        #expect(PriceTable.published["fal-ai/flux-lora"]?.perUnit.description == "$0.035")
        #expect(PriceTable.published["fal-ai/flux-lora"]?.date != nil)
        #expect(PriceTable.published["fal-ai/flux-pro/v1.1-ultra-finetuned"] == nil, "no price of it is published")
    }

    @Test func `What a job cost follows from its end`() {
        let output = JobOutput(output: .null, billableUnits: 3)
        func price(_ state: Job.State, reachedFal: Bool = true, perUnit: String? = "0.02") -> String? {
            state.price(perUnit: perUnit.flatMap(Dollars.init(parsing:)), reachedFal: reachedFal)?.description
        }
        let validation = JobFailure(code: "validation", message: "")
        guard let endpoint = try? EndpointID("a/b") else { return }
        let request = QueueRequest(endpoint: endpoint, requestID: "r", statusURL: "", responseURL: "", cancelURL: "")
        #expect(price(.completed(request, output)) == "$0.06")
        #expect(price(.completed(request, output), perUnit: nil) == nil)
        #expect(price(.completed(request, JobOutput(output: .null, billableUnits: nil))) == nil)
        #expect(price(.failed(nil, validation), reachedFal: false) == "$0.00")
        #expect(price(.failed(request, validation)) == nil, "the model may have worked on it")
        #expect(price(.failed(request, JobFailure(code: "server_error", message: ""))) == "$0.00")
        #expect(price(.cancelled(nil), reachedFal: false) == "$0.00")
        #expect(price(.cancelled(request)) == nil)
        #expect(price(.unknown(validation)) == nil)
        #expect(price(.expired(request)) == nil)
    }
}
