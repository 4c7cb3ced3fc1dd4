/// What is wrong with one field of one avatar that was given as data.
package struct AvatarProblem: Sendable, Equatable {
    package enum Fault: Error, Equatable {
        case missing
        case empty
        /// Longer than `Avatar.longestID` bytes, or with control characters.
        case unusableID
        /// What came instead of a string: `integer`, `object`, …
        case notText(kind: String)
        /// The element is not an object but of this kind.
        case notObject(kind: String)
        /// The same id as an earlier element, whose place is given: `[3]`, `line 4`.
        case duplicate(id: String, of: Place)
        /// An avatar has no such field.
        case unknownField(nearest: String?)
        /// One of a few words was expected.
        case unknownWord(shown: String, known: [String], nearest: String?)
        case notBoolean(kind: String)
        case notSize(kind: String)
        /// Not 64 hexadecimal digits.
        case notSHA256
        /// The field cannot be changed.
        case fixed
        /// There is an avatar with this id already.
        case taken(id: String)
        /// A record with another number of fields than the header, or one that cannot be read.
        case record(reason: String)
    }

    /// Where an avatar stands in a file.
    package enum Place: Sendable, Equatable {
        /// In a list, from 0.
        case element(Int)
        /// In a file of records, from 1.
        case line(Int)
    }

    /// Nil for an avatar that stands alone.
    package let place: Place?
    /// The field's name; nil when the whole element is at fault.
    package let field: String?
    package let fault: Fault

    package init(_ place: Place? = nil, field: String?, fault: Fault) {
        self.place = place
        self.field = field
        self.fault = fault
    }

    /// Where the problem is: `[3].training_type`, `line 4: training_type`, `training_type`.
    package func path(in language: Language) -> String {
        guard let place else { return field ?? "" }
        guard let field else { return place.text(in: language) }
        return place.text(in: language) + (place.isLine ? ": " : ".") + field
    }
}

extension AvatarProblem.Place {
    /// `[3]`, `line 4`.
    package func text(in language: Language) -> String {
        switch self {
        case .element(let index): "[\(index)]"
        case .line(let line): language == .russian ? "строка \(line)" : "line \(line)"
        }
    }

    package var isLine: Bool {
        if case .line = self { true } else { false }
    }
}
