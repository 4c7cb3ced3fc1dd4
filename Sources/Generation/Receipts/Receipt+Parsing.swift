internal import FalClient
internal import JSON

extension Receipt {
    /// Reads the document; members that it does not know are left alone.
    package init(parsing text: [UInt8]) throws(ReceiptFault) {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: text)
        } catch {
            throw .notJSON(reason: error.description)
        }
        guard let version = document["receipt"]?.integerValue else { throw .notAReceipt }
        guard version <= Self.version else { throw .newer(version: version) }
        let reader = Fields(value: document, path: "")
        let script = try reader.object("script")
        self.init(
            program: try reader.optional("falhost", \.stringValue), run: try reader.member("run", \.stringValue),
            job: try reader.member("job", \.stringValue), script: try script.member("path", \.stringValue),
            scriptHash: try script.optional("sha256", \.stringValue),
            created: try reader.member("created") { $0.stringValue.flatMap { Timestamp($0) } },
            isSimulated: try reader.member("simulated", \.boolValue), order: try Self.order(reader),
            requestID: try reader.optional("request_id", \.stringValue),
            billableUnits: try reader.amount("billable_units"),
            price: try reader.amount("price").flatMap { Dollars($0) }, picture: try Picture(reader.object("picture")))
    }

    private static func order(_ reader: Fields) throws(ReceiptFault) -> JobOrder {
        let request = try reader.object("request")
        let timeout = try request.member("timeout") { value in
            value.numberValue.flatMap { (0...604_800).contains($0) ? Duration.seconds($0) : nil }
        }
        let priority = try request.optional("priority") { $0.stringValue.flatMap(SubmitOptions.Priority.init) }
        return JobOrder(
            endpoint: try request.member("endpoint") { $0.stringValue.flatMap { try? EndpointID($0) } },
            arguments: try request.member("arguments", \.objectValue),
            options: JobOptions(timeout: timeout, priority: priority), subject: try subject(reader))
    }

    private static func subject(_ reader: Fields) throws(ReceiptFault) -> JobOrder.Subject? {
        guard reader.value["call"] != nil else { return nil }
        let call = try reader.object("call")
        return JobOrder.Subject(
            avatarID: try call.member("avatar", \.stringValue), preset: try call.member("preset", \.stringValue),
            prompt: try call.member("prompt", \.stringValue), overrides: try call.member("overrides", \.objectValue),
            sources: try call.optional("sources") { RequestSources($0) })
    }
}

extension Receipt.Picture {
    fileprivate init(_ reader: Fields) throws(ReceiptFault) {
        func pixels(_ value: JSONValue) -> Int? { value.integerValue.flatMap { Int(exactly: $0) } }
        self.init(
            index: try reader.member("index", pixels), url: try reader.member("url", \.stringValue),
            sha256: try reader.member("sha256", \.stringValue), width: try reader.optional("width", pixels),
            height: try reader.optional("height", pixels),
            contentType: try reader.optional("content_type", \.stringValue))
    }
}

/// The members of one object, and where in the document it stands.
private struct Fields {
    let value: JSONValue
    let path: String

    func member<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws(ReceiptFault) -> Value {
        guard let value = value[name].flatMap(read) else { throw .field(path + name) }
        return value
    }

    /// Nil for a member that is not there; one that is there must be right.
    func optional<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws(ReceiptFault) -> Value? {
        value[name] == nil ? nil : try member(name, read)
    }

    /// A number, or nil for one that is unknown.
    func amount(_ name: String) throws(ReceiptFault) -> Double? {
        value[name] == Receipt.unknown ? nil : try member(name, \.numberValue)
    }

    func object(_ name: String) throws(ReceiptFault) -> Fields {
        guard let value = value[name], value.objectValue != nil else { throw .field(path + name) }
        return Fields(value: value, path: "\(path)\(name).")
    }
}
