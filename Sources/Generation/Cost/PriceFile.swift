internal import JSON

/// Prices as a JSON document, in the shape in which fal's own price list answers (`GET api.fal.ai/v1/models/pricing`):
/// `{"prices": [{"endpoint_id": "…", "unit": "images", "unit_price": 0.05, "currency": "USD"}]}`.
///
/// An entry may have `source` and `date` too; other members are let be.
package enum PriceFile {
    /// Reads all prices; an entry that is at fault refuses the document.
    package static func parse(_ bytes: [UInt8], file: String) throws(PriceFileError) -> PriceTable {
        func fault(_ problem: String) -> PriceFileError { PriceFileError(file: file, problem: problem) }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw fault(error.description)
        }
        guard let entries = document["prices"]?.arrayValue else {
            throw fault("expected {\"prices\": [{\"endpoint_id\": …, \"unit\": …, \"unit_price\": …}]}")
        }
        var prices: [String: Price] = [:]
        for (index, entry) in entries.enumerated() {
            do throws(Problem) {
                let (endpoint, price) = try price(entry, file: file)
                guard prices.updateValue(price, forKey: endpoint) == nil else {
                    throw Problem(text: "endpoint_id \(endpoint) is there twice")
                }
            } catch {
                throw fault("prices[\(index)]: \(error.text)")
            }
        }
        return PriceTable(prices)
    }

    private struct Problem: Error {
        let text: String
    }

    private static func price(_ entry: JSONValue, file: String) throws(Problem) -> (String, Price) {
        guard case .object = entry else { throw Problem(text: "must be an object, not \(entry.kindName)") }
        let endpoint = try text("endpoint_id", of: entry)
        let unit = BillingUnit(try text("unit", of: entry))
        guard let perUnit = entry["unit_price"]?.numberValue.flatMap(Dollars.init) else {
            throw Problem(text: "unit_price must be a number of dollars from 0 to 1000000000")
        }
        if let currency = entry["currency"], currency != .string("USD") {
            throw Problem(text: "currency must be \"USD\": budgets and sums are in US dollars")
        }
        return (
            endpoint,
            Price(
                unit: unit, perUnit: perUnit, source: entry["source"]?.stringValue ?? file,
                date: entry["date"]?.stringValue)
        )
    }

    private static func text(_ name: String, of entry: JSONValue) throws(Problem) -> String {
        guard let text = entry[name]?.stringValue, !text.isEmpty else {
            throw Problem(text: "\(name) must be a string that is not empty")
        }
        return text
    }
}

/// A price file that cannot be used.
package struct PriceFileError: Error, CustomStringConvertible {
    package let file: String
    /// What is wrong and where in the file.
    package let problem: String

    package var description: String { "\(file): \(problem)" }
}
