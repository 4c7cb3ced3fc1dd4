/// An amount in US dollars, exact to a billionth: sums of it are exact too, so that a budget holds to the last cent.
package struct Dollars: Sendable, Hashable {
    /// Billionths of a dollar, as the ledger keeps them.
    package let nanos: Int64

    package static let zero = Dollars(nanos: 0)
    /// More than any price or budget may be.
    package static let most = Dollars(nanos: 1_000_000_000 * perDollar)

    private static let perDollar: Int64 = 1_000_000_000

    package init(nanos: Int64) {
        self.nanos = nanos
    }

    /// Rounds to the nearest billionth; nil for what is no amount: negative, not finite, or more than `most`.
    package init?(_ dollars: Double) {
        let nanos = (dollars * Double(Self.perDollar)).rounded()
        guard dollars >= 0, nanos <= Double(Self.most.nanos) else { return nil }
        self.nanos = Int64(nanos)
    }

    /// Reads `5`, `5.00`, `.5` and `$5`; nil for anything else, also for more than nine decimals.
    package init?(parsing text: String) {
        let digits = text.hasPrefix("$") ? text.dropFirst() : Substring(text)
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = parts[0]
        let fraction = parts.count == 2 ? parts[1] : ""
        guard !(whole.isEmpty && fraction.isEmpty), whole.utf8.count <= 9, fraction.utf8.count <= 9,
            (whole + fraction).utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let padded = fraction + String(repeating: "0", count: 9 - fraction.utf8.count)
        nanos = (Int64(whole) ?? 0) * Self.perDollar + (Int64(padded) ?? 0)
    }

    /// As a number of dollars, for programs.
    package var number: Double { Double(nanos) / Double(Self.perDollar) }

    /// What so many units at this price cost; nil for a count that is no count, or a cost above `most`.
    package func times(_ units: Double) -> Dollars? {
        let total = Double(nanos) * units
        guard units >= 0, total <= Double(Self.most.nanos) else { return nil }
        return Dollars(nanos: Int64(total.rounded()))
    }

    /// Ends at the largest number there is instead of beginning again.
    package static func + (left: Dollars, right: Dollars) -> Dollars {
        let (sum, overflow) = left.nanos.addingReportingOverflow(right.nanos)
        return Dollars(nanos: overflow ? .max : sum)
    }

    package static func += (left: inout Dollars, right: Dollars) { left = left + right }

    package static func -= (left: inout Dollars, right: Dollars) { left = Dollars(nanos: left.nanos - right.nanos) }
}

extension Dollars: Comparable {
    package static func < (left: Dollars, right: Dollars) -> Bool { left.nanos < right.nanos }
}

extension Dollars: CustomStringConvertible {
    /// With two decimals, or as many as it has: `$5.00`, `$0.035`.
    package var description: String {
        var fraction = String(nanos.magnitude % UInt64(Self.perDollar))
        fraction = String(repeating: "0", count: 9 - fraction.utf8.count) + fraction
        while fraction.utf8.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(nanos < 0 ? "-" : "")$\(nanos.magnitude / UInt64(Self.perDollar)).\(fraction)"
    }
}
