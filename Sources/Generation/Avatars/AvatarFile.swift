import JSON

/// Avatars as a JSON document: an array, or an object whose `avatars` is one.
package enum AvatarFile {
    /// Reads all avatars; one that is at fault refuses the whole document, and the error names every problem.
    ///
    /// `file` is what the messages call the document.
    package static func parse(_ bytes: [UInt8], file: String? = nil) throws(GenerationError) -> [Avatar] {
        var avatars: [Avatar] = []
        var problems: [AvatarProblem] = []
        var places: [String: Int] = [:]
        for (index, element) in try elements(of: bytes, file).enumerated() {
            guard case .object(let json) = element else {
                let fault = AvatarProblem.Fault.notObject(kind: element.kindName)
                problems.append(AvatarProblem(index: index, field: nil, fault: fault))
                continue
            }
            var reader = AvatarReader(json: json, index: index)
            let avatar = reader.read()
            problems += reader.problems
            guard let avatar else { continue }
            if let place = places[avatar.id] {
                let fault = AvatarProblem.Fault.duplicate(id: avatar.id, of: place)
                problems.append(AvatarProblem(index: index, field: "id", fault: fault))
            }
            places[avatar.id] = index
            avatars.append(avatar)
        }
        guard problems.isEmpty else { throw .invalidAvatars(problems, file: file) }
        return avatars
    }

    /// Writes `{"avatars": […]}` with two spaces a level and a line feed at the end; `parse` reads it back.
    package static func serialize(_ avatars: [Avatar]) throws(GenerationError) -> [UInt8] {
        let document: JSONObject = ["avatars": .array(avatars.map { .object($0.json) })]
        do throws(JSONWritingError) {
            return try document.serialized(.pretty) + [UInt8(ascii: "\n")]
        } catch {
            throw .unreadableAvatars(reason: error.description, file: nil)
        }
    }

    private static func elements(of bytes: [UInt8], _ file: String?) throws(GenerationError) -> [JSONValue] {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw .unreadableAvatars(reason: error.description, file: file)
        }
        if let elements = document.arrayValue ?? document["avatars"]?.arrayValue { return elements }
        let reason = "expected a list of avatars or {\"avatars\": [...]}, not \(document.kindName)"
        throw .unreadableAvatars(reason: reason, file: file)
    }
}
