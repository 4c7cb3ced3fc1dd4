extension JSONValue {
    /// The document as UTF-8; fails when a number in it is NaN or infinite.
    package func serialized(_ layout: JSONWriter.Layout = .compact) throws(JSONWritingError) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        try writer.value(self)
        return writer.bytes
    }
}

extension JSONObject {
    /// The document as UTF-8; fails when a number in it is NaN or infinite.
    package func serialized(_ layout: JSONWriter.Layout = .compact) throws(JSONWritingError) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        try writer.object(self)
        return writer.bytes
    }
}

extension JSONWriter {
    /// A whole value, with everything in it.
    package mutating func value(_ value: JSONValue) throws(JSONWritingError) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .number(let value): try number(value)
        case .string(let text): string(text)
        case .object(let members): try object(members)
        case .array(let elements):
            beginArray()
            for element in elements { try self.value(element) }
            endArray()
        }
    }

    /// A whole object, its members in their order.
    package mutating func object(_ object: JSONObject) throws(JSONWritingError) {
        beginObject()
        for (name, value) in object.members {
            self.name(name)
            try self.value(value)
        }
        endObject()
    }
}
