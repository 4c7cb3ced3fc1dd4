import Generation
import Testing

struct PriceFileTests {
    private static func parse(_ text: String) throws(PriceFileError) -> PriceTable {
        try PriceFile.parse(Array(text.utf8), file: "prices.json")
    }

    @Test func `fal's own answer is a price file`() throws {
        let table = try Self.parse(
            """
            {"prices": [{"endpoint_id": "fal-ai/flux-pro", "unit_price": 0.05, "unit": "image", "currency": "USD"},
              {"endpoint_id": "a/b", "unit_price": 1e-6, "unit": "compute seconds",
               "source": "bill", "date": "2026-11"}],
             "next_cursor": null}
            """)
        #expect(
            table["fal-ai/flux-pro"]
                == Price(unit: .images, perUnit: Dollars(nanos: 50_000_000), source: "prices.json", date: nil))
        #expect(
            table["a/b"]
                == Price(
                    unit: .other("compute seconds"), perUnit: Dollars(nanos: 1000), source: "bill", date: "2026-11")
        )
    }

    @Test func `A project's price takes the place of the published one`() throws {
        let own = try Self.parse(
            #"{"prices": [{"endpoint_id": "fal-ai/flux-lora", "unit_price": 0.01, "unit": "images"}]}"#)
        let prices = PriceTable.published.overridden(by: own)
        #expect(prices["fal-ai/flux-lora"]?.unit == .images)
        #expect(prices["fal-ai/flux-pro/v1.1-ultra"] != nil)
    }

    @Test(arguments: [
        ("nonsense", "1"), ("[]", "prices"), (#"{"prices": [3]}"#, "prices[0]"),
        (#"{"prices": [{"unit": "images", "unit_price": 1}]}"#, "endpoint_id"),
        (#"{"prices": [{"endpoint_id": "a/b", "unit_price": 1}]}"#, "unit"),
        (#"{"prices": [{"endpoint_id": "a/b", "unit": "images", "unit_price": "1"}]}"#, "unit_price"),
        (#"{"prices": [{"endpoint_id": "a/b", "unit": "images", "unit_price": -1}]}"#, "unit_price"),
        (#"{"prices": [{"endpoint_id": "a/b", "unit": "images", "unit_price": 1, "currency": "EUR"}]}"#, "USD"),
        (
            """
            {"prices": [{"endpoint_id": "a/b", "unit": "images", "unit_price": 1},
              {"endpoint_id": "a/b", "unit": "images", "unit_price": 2}]}
            """,
            "prices[1]"
        ),
    ])
    func `A price file at fault is refused with its place`(text: String, place: String) {
        let error = #expect(throws: PriceFileError.self) { try Self.parse(text) }
        #expect(error?.description.hasPrefix("prices.json: ") == true)
        #expect(error?.problem.contains(place) == true, "\(error?.problem ?? "")")
    }
}
