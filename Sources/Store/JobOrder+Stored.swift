internal import FalClient
internal import Generation
internal import JSON

extension JobOrder.Asked {
    /// Nil for a damaged document.
    init?(stored text: String) {
        guard let json = try? JSONValue(parsing: text), let name = json["endpoint"]?.stringValue,
            let endpoint = try? EndpointID(name), let arguments = json["arguments"]?.objectValue
        else { return nil }
        self.init(endpoint: endpoint, arguments: arguments)
    }

    func stored() throws(GenerationError) -> String {
        let json: JSONObject = ["endpoint": .string(endpoint.description), "arguments": .object(arguments)]
        return try JSONValue.object(json).text()
    }
}
