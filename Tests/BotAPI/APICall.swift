import Foundation
package import JSON

/// One call of a method, however its parameters came: as JSON, as a form, or in the query.
package struct APICall: Sendable {
    package let method: String
    package var parameters: [String: JSONValue] = [:]
    /// Files by the name of their part.
    package var files: [String: UploadedFile] = [:]

    init(method: String, query: String?, contentType: String, body: [UInt8]) throws(APIError) {
        self.method = method
        try addForm(query ?? "")
        guard !body.isEmpty else { return }
        if contentType.hasPrefix("application/json") {
            guard let object = try? JSONValue(parsing: body).objectValue else {
                throw .badRequest("can't parse JSON object")
            }
            for member in object { parameters[member.name] = member.value }
        } else if contentType.hasPrefix("multipart/form-data") {
            guard let form = MultipartForm(body, contentType: contentType) else {
                throw .badRequest("can't parse multipart form data")
            }
            for field in form.fields { parameters[field.name] = .string(field.value) }
            for file in form.files { files[file.name] = file.file }
        } else {
            try addForm(String(decoding: body, as: UTF8.self))
        }
    }

    private mutating func addForm(_ text: String) throws(APIError) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                $0.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
            }
            guard parts.count == 2, let name = parts[0], let value = parts[1] else {
                throw .badRequest("can't parse URL-encoded form")
            }
            parameters[name] = .string(value)
        }
    }

    func string(_ name: String) -> String? {
        switch parameters[name] {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    func integer(_ name: String) -> Int? { string(name).flatMap { Int($0) } }

    func isTrue(_ name: String) -> Bool {
        parameters[name]?.boolValue == true || ["true", "True", "1"].contains(string(name))
    }

    /// A parameter that is an object or array: in forms it is JSON in a text.
    func structure(_ name: String) -> JSONValue? {
        guard case .string(let text) = parameters[name] else { return parameters[name] }
        return try? JSONValue(parsing: text)
    }

    var json: JSONValue {
        var object: JSONObject = [:]
        for name in parameters.keys.sorted() { object.append(name, parameters[name] ?? .null) }
        for name in files.keys.sorted() {
            let file = files[name]
            object.append(
                name, ["file_name": .string(file?.name ?? ""), "size": .integer(Int64(file?.bytes.count ?? 0))])
        }
        return .object(object)
    }
}
