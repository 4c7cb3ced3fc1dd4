extension JSONValue {
    /// Reads a whole document; see `JSONReader` for what is refused.
    package init(
        parsing bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONReader.defaultMaximumDepth
    ) throws(JSONError) {
        var reader = JSONReader(bytes, maximumDepth: maximumDepth)
        self = try reader.value(at: reader.next())
        _ = try reader.next()
    }

    /// The same for an array of bytes.
    package init(parsing bytes: [UInt8], maximumDepth: Int = JSONReader.defaultMaximumDepth) throws(JSONError) {
        self = try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
            try JSONValue(parsing: UnsafeRawBufferPointer(bytes), maximumDepth: maximumDepth)
        }
    }

    /// The same for a string.
    package init(parsing text: String, maximumDepth: Int = JSONReader.defaultMaximumDepth) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }
}

extension JSONReader {
    /// The value that `token` begins.
    fileprivate mutating func value(at token: Token) throws(JSONError) -> JSONValue {
        switch token {
        case .beginObject: .object(try object())
        case .beginArray: .array(try array())
        case .string(let text): .string(String(decoding: text, as: UTF8.self))
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .bool(let value): .bool(value)
        case .null: .null
        case .name, .endObject, .endArray, .end: throw JSONError("expected a value", offset: offset)
        }
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        while true {
            let token = try next()
            if case .endArray = token { return elements }
            elements.append(try value(at: token))
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        var object = JSONObject()
        object.reserveCapacity(8)
        while case .name(let name) = try next() {
            let name = String(decoding: name, as: UTF8.self)
            object.append(name, try value(at: next()))
        }
        return object
    }
}
