internal import JSON

/// Avatars as a JSON document: an array, or an object whose `avatars` is one.
package enum AvatarFile {
    /// Writes `{"avatars": […]}` with two spaces a level and a line feed at the end; `AvatarImport` reads it back.
    package static func serialize(_ avatars: [Avatar]) throws(GenerationError) -> [UInt8] {
        let document: JSONObject = ["avatars": .array(avatars.map { .object($0.json) })]
        do throws(JSONWritingError) {
            return try document.serialized(.pretty) + [UInt8(ascii: "\n")]
        } catch {
            throw .unreadableAvatars(reason: error.description, file: nil)
        }
    }

    /// The list's elements; `file` is what the messages call the document.
    static func elements(of bytes: [UInt8], _ file: String?) throws(GenerationError) -> [JSONValue] {
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
