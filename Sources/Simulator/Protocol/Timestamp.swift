#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A moment in UTC as fal writes it: `2026-11-22T16:30:00.123456+00:00`.
struct Timestamp: Sendable {
    /// Microseconds since 1970.
    let microseconds: Int64

    init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Reads RFC 3339, with a fraction of a second or without: `2026-11-22T16:30:00.5Z`, `2026-11-22T17:30:00+01:00`.
    init?(_ text: String) {
        let parts = text.split(separator: "T")
        guard parts.count == 2, let zone = parts[1].firstIndex(where: { "Z+-".contains($0) }),
            let offset = Self.offset(parts[1][zone...])
        else { return nil }
        let date = parts[0].split(separator: "-").compactMap { Int64($0) }
        let time = parts[1][..<zone].split(separator: ":")
        guard date.count == 3, (1...12).contains(date[1]), (1...31).contains(date[2]), time.count == 3,
            let hour = Int64(time[0]), let minute = Int64(time[1]), let second = Double(time[2]),
            (0...9999).contains(date[0]), (0...23).contains(hour), (0...59).contains(minute), (0..<61).contains(second)
        else { return nil }
        let day = Self.dayNumber(year: date[0], month: date[1], day: date[2])
        let seconds = (day * 24 + hour) * 3600 + minute * 60 - offset
        self.init(microseconds: seconds * 1_000_000 + Int64(second * 1_000_000))
    }

    /// Seconds east of Greenwich of `Z`, `+01:00` or `-0130`.
    private static func offset(_ text: Substring) -> Int64? {
        if text == "Z" { return 0 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.count == 4, let hours = Int64(digits.prefix(2)), let minutes = Int64(digits.suffix(2)) else {
            return nil
        }
        return (hours * 3600 + minutes * 60) * (text.hasPrefix("-") ? -1 : 1)
    }

    func advanced(seconds: Int64) -> Timestamp {
        Timestamp(microseconds: microseconds + seconds * 1_000_000)
    }
}

extension Timestamp: CustomStringConvertible {
    var description: String {
        let seconds = microseconds / 1_000_000
        let (year, month, day) = Self.date(dayNumber: seconds / 86400)
        let time = Int(seconds % 86400)
        let date = "\(year)-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
        let clock = "\(Self.padded(time / 3600, 2)):\(Self.padded(time / 60 % 60, 2)):\(Self.padded(time % 60, 2))"
        return "\(date)T\(clock).\(Self.padded(Int(microseconds % 1_000_000), 6))+00:00"
    }

    /// As HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
    var httpDate: String {
        let seconds = microseconds / 1_000_000
        let (year, month, day) = Self.date(dayNumber: seconds / 86400)
        let clock = description.dropFirst(11).prefix(8)
        // The first of January 1970 was a Thursday.
        let weekday = Self.weekdays[Int(seconds / 86400 + 4) % 7]
        return "\(weekday), \(Self.padded(day, 2)) \(Self.months[month - 1]) \(year) \(clock) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }

    /// The opposite of `date(dayNumber:)`.
    private static func dayNumber(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let shiftedMonth = (month + 9) % 12
        let days = 365 * marchYear + marchYear / 4 - marchYear / 100 + marchYear / 400
        return days + (153 * shiftedMonth + 2) / 5 + day - 1 - 719_468
    }

    /// The Gregorian date of a day counted from 1970-01-01: years are counted from March, so that the leap day is last.
    private static func date(dayNumber: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(dayNumber) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
