import ArgumentParser

/// A size on the command line: `500000`, `64M`, `1G`; K, M and G are powers of 1024.
struct MemorySize: ExpressibleByArgument {
    let bytes: Int
    /// What a Lua state with its libraries takes before a script has run.
    private static let smallest = 256 << 10

    init?(argument: String) {
        let units: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
        let unit = argument.last.flatMap { units[Character($0.lowercased())] }
        guard let number = Int(unit == nil ? argument[...] : argument.dropLast()) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !overflow, bytes >= Self.smallest else { return nil }
        self.bytes = bytes
    }

    static let allValueStrings = ["64M", "1G", "at least 256K"]
}
