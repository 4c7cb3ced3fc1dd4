import JSON

/// Checks an input against a schema as pydantic's lax mode does, and finds every error, not only the first.
struct InputValidator {
    private(set) var errors: [ModelError] = []

    static func errors(in input: JSONValue, schema: EndpointSchema) -> [ModelError] {
        guard case .object(let object) = input else {
            return [
                ModelError(
                    type: "model_attributes_type", location: ["body"],
                    message: "Input should be a valid dictionary or object to extract fields from", input: input)
            ]
        }
        var validator = InputValidator()
        validator.check(object, fields: schema.fields, at: ["body"])
        return validator.errors
    }

    private mutating func check(_ object: JSONObject, fields: [EndpointSchema.Field], at path: [JSONValue]) {
        for field in fields {
            let location = path + [.string(field.name)]
            switch object[field.name] {
            case nil:
                guard field.isRequired else { continue }
                errors.append(
                    ModelError(type: "missing", location: location, message: "Field required", input: .object(object)))
            case .null? where field.isNullable:
                continue
            case let value?:
                check(value, kind: field.kind, at: location)
            }
        }
    }

    private mutating func check(_ value: JSONValue, kind: EndpointSchema.Kind, at location: [JSONValue]) {
        switch kind {
        case .string:
            guard value.stringValue == nil else { return }
            refuse("string_type", "Input should be a valid string", value, location)
        case .boolean:
            checkBoolean(value, at: location)
        case .integer(let range):
            checkInteger(value, range: range, at: location)
        case .number(let range):
            checkNumber(value, range: range, at: location)
        case .oneOf(let words):
            if let word = value.stringValue, words.contains(word) { return }
            let expected = Self.listed(words)
            refuse("literal_error", "Input should be \(expected)", value, location, ["expected": .string(expected)])
        case .oneOfIntegers(let numbers):
            if let number = value.laxInteger, numbers.contains(number) { return }
            let expected = numbers.map(String.init).joined(separator: " or ")
            refuse("literal_error", "Input should be \(expected)", value, location, ["expected": .string(expected)])
        case .imageSize:
            checkImageSize(value, at: location)
        case .aspectRatio:
            if let text = value.stringValue, ImageSize(aspectRatio: text) != nil { return }
            refuse("value_error", "Value error, aspect_ratio must be two numbers like 16:9", value, location)
        case .list(let fields):
            checkList(value, fields: fields, at: location)
        }
    }

    private mutating func checkBoolean(_ value: JSONValue, at location: [JSONValue]) {
        switch value {
        case .bool, .integer(0...1): return
        case .string(let word) where ["true", "false", "1", "0", "yes", "no", "on", "off"].contains(word.lowercased()):
            return
        case .string:
            refuse("bool_parsing", "Input should be a valid boolean, unable to interpret input", value, location)
        default:
            refuse("bool_type", "Input should be a valid boolean", value, location)
        }
    }

    private mutating func checkInteger(_ value: JSONValue, range: ClosedRange<Int64>?, at location: [JSONValue]) {
        let number: Int64
        switch value {
        case .integer, .number:
            guard let integer = value.integerValue else {
                return refuse(
                    "int_from_float", "Input should be a valid integer, got a number with a fractional part", value,
                    location)
            }
            number = integer
        case .string(let text):
            guard let integer = Int64(text) else {
                return refuse(
                    "int_parsing", "Input should be a valid integer, unable to parse string as an integer", value,
                    location)
            }
            number = integer
        default:
            return refuse("int_type", "Input should be a valid integer", value, location)
        }
        guard let range else { return }
        if number < range.lowerBound {
            refuseBelow(.integer(range.lowerBound), "\(range.lowerBound)", value, location)
        } else if number > range.upperBound {
            refuseAbove(.integer(range.upperBound), "\(range.upperBound)", value, location)
        }
    }

    private mutating func checkNumber(_ value: JSONValue, range: ClosedRange<Double>?, at location: [JSONValue]) {
        let parsed = value.numberValue ?? value.stringValue.flatMap(Double.init)
        guard let number = parsed else {
            let isText = value.stringValue != nil
            return refuse(
                isText ? "float_parsing" : "float_type",
                isText
                    ? "Input should be a valid number, unable to parse string as a number"
                    : "Input should be a valid number", value, location)
        }
        guard let range else { return }
        if number < range.lowerBound {
            refuseBelow(.number(range.lowerBound), Self.short(range.lowerBound), value, location)
        } else if !(number <= range.upperBound) {
            refuseAbove(.number(range.upperBound), Self.short(range.upperBound), value, location)
        }
    }

    private mutating func checkImageSize(_ value: JSONValue, at location: [JSONValue]) {
        switch value {
        case .string(let name):
            guard ImageSize.presets[name] == nil else { return }
            let expected = Self.listed(ImageSize.presets.keys.sorted())
            refuse(
                "literal_error", "Input should be \(expected) or an object with width and height", value, location,
                ["expected": .string(expected)])
        case .object(let object):
            let before = errors.count
            for side in ["width", "height"] {
                guard let length = object[side] else { continue }
                checkInteger(length, range: 1...14142, at: location + [.string(side)])
            }
            if errors.count == before { checkArea(ImageSize(imageSize: value), value, at: location) }
        default:
            refuse("model_attributes_type", "Input should be a preset name or an object", value, location)
        }
    }

    private mutating func checkArea(_ size: ImageSize, _ value: JSONValue, at location: [JSONValue]) {
        guard size.width * size.height > Picture.maximumPixels else { return }
        refuse(
            "image_too_large", "The simulator draws at most \(Picture.maximumPixels) pixels", value, location,
            ["max_width": 4096, "max_height": 4096])
    }

    private mutating func checkList(_ value: JSONValue, fields: [EndpointSchema.Field], at location: [JSONValue]) {
        guard let entries = value.arrayValue else {
            return refuse("list_type", "Input should be a valid list", value, location)
        }
        for (index, entry) in entries.enumerated() {
            let place = location + [.integer(Int64(index))]
            if let object = entry.objectValue {
                check(object, fields: fields, at: place)
            } else {
                refuse("model_attributes_type", "Input should be a valid dictionary or object", entry, place)
            }
        }
    }

    private mutating func refuseBelow(
        _ bound: JSONValue, _ text: String, _ value: JSONValue, _ location: [JSONValue]
    ) {
        refuse(
            "greater_than_equal", "Input should be greater than or equal to \(text)", value, location, ["ge": bound])
    }

    private mutating func refuseAbove(
        _ bound: JSONValue, _ text: String, _ value: JSONValue, _ location: [JSONValue]
    ) {
        refuse("less_than_equal", "Input should be less than or equal to \(text)", value, location, ["le": bound])
    }

    private mutating func refuse(
        _ type: String, _ message: String, _ input: JSONValue, _ location: [JSONValue], _ context: JSONObject? = nil
    ) {
        errors.append(
            ModelError(type: type, location: location, message: message, context: context, input: input))
    }

    private static func short(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }

    private static func listed(_ words: [String]) -> String {
        let quoted = words.map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
