#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Timestamp {
    /// When its day began here.
    package var localMidnight: Timestamp {
        var parts = localParts
        return Self.midnight(&parts)
    }

    /// Its day here: `2026-11-22`.
    package var localDay: String {
        let parts = localParts
        func digits(_ number: Int32) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
    }

    /// Its time of day here: `192005`.
    package var localTime: String {
        let parts = localParts
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { $0 < 10 ? "0\($0)" : String($0) }.joined()
    }

    /// The beginning of a day here, from `2026-11-22`; nil for what is no date.
    package static func beginning(ofDay text: String) -> Timestamp? {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false)
        guard numbers.map(\.utf8.count) == [4, 2, 2], let year = Int32(numbers[0]), let month = Int32(numbers[1]),
            let day = Int32(numbers[2]), year >= 1970
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
        let beginning = midnight(&parts)
        // The C library turns the 31st of June into the first of July.
        return beginning.localDay == text ? beginning : nil
    }

    /// Reads a span before now (`7d`, `12h`, `30m`) or the beginning of a day here (`2026-11-22`).
    package static func since(_ text: String) -> Timestamp? {
        let seconds: [Character: Int64] = ["d": 86_400, "h": 3600, "m": 60]
        if let unit = text.last.flatMap({ seconds[$0] }), let count = Int64(text.dropLast()),
            (0...1_000_000).contains(count)
        {
            return Timestamp.now.advanced(by: .seconds(-count * unit))
        }
        return beginning(ofDay: text)
    }

    private var localParts: tm {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }

    private static func midnight(_ parts: inout tm) -> Timestamp {
        (parts.tm_hour, parts.tm_min, parts.tm_sec, parts.tm_isdst) = (0, 0, 0, -1)
        return Timestamp(milliseconds: Int64(mktime(&parts)) * 1000)
    }
}
