/// What one unit of an endpoint's work costs, and who says so.
package struct Price: Sendable, Equatable {
    package let unit: BillingUnit
    package let perUnit: Dollars
    /// Where the price was read.
    package let source: String
    /// When it was read there, a date or the beginning of one; nil where nobody wrote it down.
    package let date: String?

    package init(unit: BillingUnit, perUnit: Dollars, source: String, date: String?) {
        self.unit = unit
        self.perUnit = perUnit
        self.source = source
        self.date = date
    }
}

/// The known prices by endpoint id.
package struct PriceTable: Sendable, Equatable {
    private var prices: [String: Price]

    package init(_ prices: [String: Price] = [:]) {
        self.prices = prices
    }

    /// Nil for an endpoint whose price nobody has told us.
    package subscript(endpoint: String) -> Price? { prices[endpoint] }

    /// These prices, with the other table's in place of ours where it has them.
    package func overridden(by other: PriceTable) -> PriceTable {
        PriceTable(prices.merging(other.prices) { $1 })
    }

    /// What fal has published. The finetuned endpoints are not among it: no price of theirs could be found.
    package static let published = PriceTable([
        "fal-ai/flux-lora": Price(
            unit: .megapixels, perUnit: Dollars(nanos: 35_000_000), source: "fal.ai/models/fal-ai/flux-lora",
            date: "2026-06"),
        "fal-ai/flux-lora-fast-training": Price(
            unit: .thousandSteps, perUnit: Dollars(nanos: 2_000_000_000),
            source: "fal.ai/models/fal-ai/flux-lora-fast-training", date: "2026-06"),
        "fal-ai/flux-pro/v1.1-ultra": Price(
            unit: .images, perUnit: Dollars(nanos: 60_000_000), source: "price lists of BFL and Vercel",
            date: "2026-06"),
    ])
}
