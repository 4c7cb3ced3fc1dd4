internal import FalClient
package import JSON

/// What a value must be.
package enum FieldType: Sendable, Equatable {
    case text
    /// A text of so many characters.
    case name(ClosedRange<Int>)
    case boolean
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    /// One of these words.
    case word([String])
    /// An integer that fal wants as a string of digits; both are accepted.
    case level(ClosedRange<Int64>)
    /// The name of a size, or `{width=, height=}`.
    case imageSize
    /// Two whole numbers with a colon: `16:9`.
    case aspectRatio
    /// `owner/alias`, with a path or without.
    case endpoint
    /// An http or https URL.
    case address
    /// The list of `{path=, scale=}` that we make ourselves.
    case loras

    /// The value as it is sent, nil when it is not of this type or out of range.
    package func accepted(_ value: JSONValue) -> JSONValue? {
        switch (self, value) {
        case (.text, .string), (.boolean, .bool), (.loras, .array): value
        case (.name(let range), .string(let text)): range.contains(text.count) ? value : nil
        case (.integer(let range), _): value.integerValue.flatMap { range.contains($0) ? .integer($0) : nil }
        case (.number(let range), _): value.numberValue.flatMap { range.contains($0) ? value : nil }
        case (.word(let words), .string(let word)): words.contains(word) ? value : nil
        case (.level(let range), .string(let digits)):
            Int64(digits).flatMap { range.contains($0) && String($0) == digits ? value : nil }
        case (.level(let range), _): value.integerValue.flatMap { range.contains($0) ? .string(String($0)) : nil }
        case (.imageSize, _): ImageSize(value).map(\.json)
        case (.aspectRatio, .string(let text)): AspectRatio(text) == nil ? nil : value
        case (.endpoint, .string(let id)): (try? EndpointID(id)) == nil ? nil : value
        case (.address, .string(let url)): WebAddress(url) == nil ? nil : value
        default: nil
        }
    }

    /// The words among which a mistyped one may be looked for.
    package var words: [String] {
        switch self {
        case .word(let words): words
        case .imageSize: ImageSize.Name.allCases.map(\.rawValue)
        default: []
        }
    }
}

extension ConfigProblem {
    /// A value that its type does not accept; finds the word that was meant where there are words.
    package init(key: String, origin: Origin, value: JSONValue, expected: FieldType, endpoint: String? = nil) {
        let nearest = value.stringValue.flatMap { DidYouMean.nearest(to: $0, in: expected.words) }
        self.init(
            key: key, origin: origin,
            fault: .value(shown: Self.shown(value), expected: expected, endpoint: endpoint, nearest: nearest))
    }

    /// A value short enough for a sentence: scalars as JSON, at most 40 characters of a text, else the kind alone.
    static func shown(_ value: JSONValue) -> String {
        switch value {
        case .null: return "null"
        case .bool(let value): return String(value)
        case .integer(let value): return String(value)
        case .number(let value): return String(value)
        case .string(let text):
            let start = text.prefix(40)
            return "\"\(start)\(start.endIndex == text.endIndex ? "" : "…")\""
        case .array, .object: return value.kindName
        }
    }
}
