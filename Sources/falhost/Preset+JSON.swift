import Generation
import JSON

extension Preset {
    /// Name, description, what it extends, and the values that come of it.
    var json: JSONObject {
        var json: JSONObject = ["name": .string(name)]
        json["description"] = description.map { .string($0) }
        json["extends"] = extends.map { .string($0) }
        json["values"] = .object(values)
        return json
    }
}
