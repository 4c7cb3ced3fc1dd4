package import JSON

extension Alternatives.Mend {
    /// What would mend one problem of a config; nil where nothing is near.
    init?(_ problem: ConfigProblem, overrides: JSONObject) {
        let place = problem.origin.place
        func mend(_ change: Change, at place: SourcePlace?, _ expected: FieldType? = nil) -> Self {
            Self(key: problem.key, change: change, place: place, expected: expected)
        }
        switch problem.fault {
        case .unknownKey(let nearest?): self = mend(.rename(to: nearest), at: place)
        case .unknownKey(nil), .contradicts: self = mend(.remove, at: place)
        case .notInPreset: self = mend(.rename(to: "extends"), at: place)
        case .value(_, let expected, _, _):
            guard let value = overrides[problem.key], let near = expected.nearest(to: value) else {
                guard problem.origin == .call else { return nil }
                self = mend(.remove, at: nil, expected)
                return
            }
            self = mend(.set(near), at: nil, expected)
        case .missing, .cannotServe, .onlyInCall, .otherCall, .otherServer, .needsLedger: return nil
        }
    }
}

extension FieldType {
    /// The value that is accepted and nearest to one that is not; nil where none is near.
    package func nearest(to value: JSONValue) -> JSONValue? {
        let text = value.stringValue
        switch self {
        case .boolean: return text.flatMap(Self.truth).map { .bool($0) }
        case .integer(let range): return Self.whole(value, in: range).map { .integer($0) }
        case .level(let range): return Self.whole(value, in: range).map { .integer($0) }
        case .number(let range):
            return value.numberValue.map { .number(Swift.min(Swift.max($0, range.lowerBound), range.upperBound)) }
        case .word(let words): return text.flatMap { DidYouMean.nearest(to: $0, in: words) }.map { .string($0) }
        case .imageSize:
            if let text { return DidYouMean.nearest(to: text, in: words).map { .string($0) } }
            return Self.size(nearestTo: value)
        case .endpoint:
            return text.flatMap { DidYouMean.nearest(to: $0, in: EndpointCatalog.all.map(\.id)) }.map { .string($0) }
        case .text, .name, .aspectRatio, .address, .loras: return nil
        }
    }

    private static func whole(_ value: JSONValue, in range: ClosedRange<Int64>) -> Int64? {
        if let integer = value.integerValue { return Swift.min(Swift.max(integer, range.lowerBound), range.upperBound) }
        guard let number = value.numberValue else { return nil }
        // Beyond 2^53 there are only whole numbers, and those were tried above.
        guard let rounded = Int64(exactly: number.rounded()) else {
            return number < 0 ? range.lowerBound : range.upperBound
        }
        return Swift.min(Swift.max(rounded, range.lowerBound), range.upperBound)
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    private static func size(nearestTo value: JSONValue) -> JSONValue? {
        let range = Int64(ImageSize.sides.lowerBound)...Int64(ImageSize.sides.upperBound)
        guard let width = value["width"].flatMap({ whole($0, in: range) }),
            let height = value["height"].flatMap({ whole($0, in: range) })
        else { return nil }
        return ["width": .integer(width), "height": .integer(height)]
    }
}
