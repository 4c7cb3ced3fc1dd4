extension Language {
    /// The one of two wordings that is in this language.
    package func wording(_ english: @autoclosure () -> String, _ russian: @autoclosure () -> String) -> String {
        switch self {
        case .english: english()
        case .russian: russian()
        }
    }

    /// A number and what is counted, in the form that goes with it: `2 jobs`, `2 задания`.
    ///
    /// - Parameters:
    ///   - english: one of them; more get an s.
    ///   - russian: what goes with 1, 2 and 5.
    package func count(_ number: Int, _ english: String, _ russian: (String, String, String)) -> String {
        switch self {
        case .english: return "\(number) \(english)\(number == 1 ? "" : "s")"
        case .russian:
            let (ten, hundred) = (number % 10, number % 100)
            if ten == 1, hundred != 11 { return "\(number) \(russian.0)" }
            return "\(number) \((2...4).contains(ten) && !(12...14).contains(hundred) ? russian.1 : russian.2)"
        }
    }
}
