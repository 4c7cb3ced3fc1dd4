package import JSON

/// What a job will cost, as far as its arguments and the known prices tell.
package enum CostEstimate: Sendable, Equatable {
    case known(Dollars, units: Double, Price)
    case unknown(Reason)

    /// Why nothing can be said before the job is done.
    package enum Reason: Sendable, Equatable {
        case noPrice
        /// Only fal counts these units, or the arguments leave the count to the endpoint.
        case uncounted(Price)
    }

    package var amount: Dollars? {
        if case .known(let amount, _, _) = self { amount } else { nil }
    }

    /// The endpoint's price, also where the cost itself is not known.
    package var price: Price? {
        switch self {
        case .known(_, _, let price), .unknown(.uncounted(let price)): price
        case .unknown(.noPrice): nil
        }
    }
}

extension CostEstimate {
    /// Estimates a job from the body of its request.
    package init(endpoint: String, arguments: JSONObject, prices: PriceTable) {
        guard let price = prices[endpoint] else {
            self = .unknown(.noPrice)
            return
        }
        let request = BilledRequest(endpoint: EndpointCatalog.endpoint(endpoint), arguments: arguments)
        guard let units = request.units(price.unit), let amount = price.perUnit.times(units) else {
            self = .unknown(.uncounted(price))
            return
        }
        self = .known(amount, units: units, price)
    }
}

/// What of a request's body decides its price.
struct BilledRequest {
    /// Tells what an argument that is not sent defaults to.
    let endpoint: Endpoint?
    let arguments: JSONObject

    /// How many pictures it asks for: 1 where it says nothing; nil where it says something that is no count.
    var pictures: Int? {
        guard let value = arguments["num_images"], value != .null else { return 1 }
        guard let count = value.integerValue.flatMap(Int.init(exactly:)), count > 0 else { return nil }
        return count
    }

    func units(_ unit: BillingUnit) -> Double? {
        switch unit {
        case .requests: 1
        case .thousandSteps: arguments["steps"]?.numberValue.map { $0 / 1000 }
        case .images: pictures.map(Double.init)
        case .megapixels: pictures.flatMap { pictures in megapixels.map { Double(pictures) * Double($0) } }
        case .other: nil
        }
    }

    /// Of one picture, begun megapixels as whole ones.
    private var megapixels: Int? {
        size.map { size in (size.width * size.height + 999_999) / 1_000_000 }
    }

    private var size: (width: Int, height: Int)? {
        if let size = value("image_size") { return ImageSize(size)?.dimensions }
        return value("aspect_ratio")?.stringValue.flatMap(AspectRatio.init)?.ultraDimensions
    }

    private func value(_ name: String) -> JSONValue? {
        if let value = arguments[name], value != .null { return value }
        return endpoint?.field(name)?.defaultValue
    }
}

extension CostEstimate {
    /// `cost` of an explanation: `estimate` is null where the cost is not known, and `reason` says why.
    package func json(endpoint: String) -> JSONObject {
        var json: JSONObject = ["estimate": amount.map { .number($0.number) } ?? .null]
        if case .known(_, let units, _) = self { json.append("units", .number(units)) }
        if let price {
            json.append("unit", .string(price.unit.name))
            json.append("unit_price", .number(price.perUnit.number))
            json.append("source", .string(price.source))
            if let date = price.date { json.append("date", .string(date)) }
        }
        if case .unknown(let reason) = self { json.append("reason", .string(reason.text(endpoint: endpoint))) }
        return json
    }

    /// One line: `$0.07 (2 megapixels at $0.035: fal.ai/models/fal-ai/flux-lora, 2026-06)`, or why it is not known.
    package func text(endpoint: String) -> String {
        switch self {
        case .known(let amount, let units, let price): "\(amount)  (\(Self.count(units)) \(price.text))"
        case .unknown(let reason): "unknown  (\(reason.text(endpoint: endpoint)))"
        }
    }

    private static func count(_ units: Double) -> String { Int64(exactly: units).map(String.init) ?? String(units) }
}

extension CostEstimate.Reason {
    /// Why, in English: "no price of fal-ai/flux-pro is known".
    package func text(endpoint: String) -> String {
        switch self {
        case .noPrice: "no price of \(endpoint) is known"
        case .uncounted(let price): "how many units it takes is known when it is done; each of \(price.text)"
        }
    }
}

extension Price {
    fileprivate var text: String {
        "\(unit.name) at \(perUnit): \([source, date].compactMap { $0 }.joined(separator: ", "))"
    }
}
