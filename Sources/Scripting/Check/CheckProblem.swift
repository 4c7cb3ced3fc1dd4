/// Something in a project's files that would fail when it is used.
package struct CheckProblem: Sendable, Hashable {
    /// As a person would write it: `presets/fast.lua`; `avatar anna` for what is in no file.
    package let place: String
    /// Counted from 1, where it is known.
    package let line: Int?
    package let message: String

    package init(_ place: String, line: Int?, _ message: String) {
        self.place = place
        self.line = line
        self.message = message
    }

    /// Takes the `place:line: ` with which a message begins for what it says.
    package init(_ place: String, reason: String) {
        let rest = reason.hasPrefix(place + ":") ? reason.dropFirst(place.utf8.count + 1) : reason[...]
        let digits = rest.prefix { $0.isNumber }
        let isPlaced = rest.startIndex != reason.startIndex && rest[digits.endIndex...].hasPrefix(": ")
        self.init(
            place, line: isPlaced ? Int(digits) : nil,
            isPlaced ? String(rest[digits.endIndex...].dropFirst(2)) : reason)
    }
}

extension CheckProblem: CustomStringConvertible {
    /// `presets/fast.lua:3: …`.
    package var description: String { "\(place):\(line.map { "\($0):" } ?? "") \(message)" }
}
