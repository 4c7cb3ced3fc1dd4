package import JSON

/// One picture of a result.
package struct GeneratedImage: Sendable, Equatable {
    /// An address, or a data URI.
    package let url: String
    /// In pixels, where fal tells.
    package let width: Int?
    package let height: Int?
    package let contentType: String?
    /// True when fal's checker flagged it (the picture is black then); nil where fal says nothing.
    package let hasNSFWConcepts: Bool?
    /// Where it is kept on this machine; nil when it is not, or nobody asked for that before the result.
    package var path: String?

    package init(url: String, width: Int?, height: Int?, contentType: String?, hasNSFWConcepts: Bool?) {
        self.url = url
        self.width = width
        self.height = height
        self.contentType = contentType
        self.hasNSFWConcepts = hasNSFWConcepts
    }

    package var json: JSONObject {
        var json = JSONObject()
        json.reserveCapacity(5)
        json.append("url", .string(url))
        if let width { json.append("width", .integer(Int64(width))) }
        if let height { json.append("height", .integer(Int64(height))) }
        if let contentType { json.append("content_type", .string(contentType)) }
        if let hasNSFWConcepts { json.append("has_nsfw_concepts", .bool(hasNSFWConcepts)) }
        if let path { json.append("path", .string(path)) }
        return json
    }
}

/// The pictures of one generation and how they came about.
package struct GenerationResult: Sendable {
    /// At least one, in fal's order.
    package let images: [GeneratedImage]
    package let seed: Int64?
    /// As it was sent, after the rules.
    package let prompt: String
    package let endpoint: String
    /// The request's body.
    package let arguments: JSONObject
    /// Nil in test mode.
    package let requestID: String?
    /// Our own id of this job, unique for each call.
    package let jobID: String
    /// From the call to the result, in seconds.
    package let duration: Double
    /// Made by test mode or the simulator, not by a model.
    package let simulated: Bool
    package let billableUnits: Double?
    /// What it cost; nil where that is not known.
    package let price: Dollars?
    package let avatarID: String
    package let preset: String
    /// An earlier run of the script paid for it.
    package var isResumed = false
    /// Whether kept pictures answered, and nothing was sent.
    package var isCached = false
    /// The avatar's LoRA file is known to be another than the pinned one.
    package var hasChangedLora = false
    /// How long the model ran, in seconds, where fal told it.
    package var runDuration: Double?

    /// The first picture's.
    package var url: String { images.first?.url ?? "" }
    package var urls: [String] { images.map(\.url) }

    /// The fields of DESIGN.md §3; what is not known is left out.
    package var json: JSONObject {
        var json = JSONObject()
        json.reserveCapacity(12)
        json.append("url", .string(url))
        json.append("urls", .array(images.map { .string($0.url) }))
        json.append("images", .array(images.map { .object($0.json) }))
        if let seed { json.append("seed", .integer(seed)) }
        json.append("prompt", .string(prompt))
        json.append("endpoint", .string(endpoint))
        json.append("arguments", .object(arguments))
        if let requestID { json.append("request_id", .string(requestID)) }
        json.append("job_id", .string(jobID))
        json.append("duration", .number(duration))
        json.append("simulated", .bool(simulated))
        if let billableUnits { json.append("billable_units", .number(billableUnits)) }
        if let price { json.append("price", .number(price.number)) }
        if isResumed { json.append("resumed", .bool(true)) }
        if isCached { json.append("cached", true) }
        if hasChangedLora { json.append("lora_changed", true) }
        return json
    }

    /// What `generate_with_metrics` gives beside the address: times in seconds, counts, and what ran where.
    package var metrics: JSONObject {
        var json: JSONObject = [
            "duration": .number(duration), "images": .integer(Int64(images.count)), "endpoint": .string(endpoint),
            "avatar_id": .string(avatarID), "preset": .string(preset), "job_id": .string(jobID),
            "simulated": .bool(simulated),
        ]
        if let runDuration {
            json.append("run_duration", .number(runDuration))
            json.append("wait_duration", .number(max(0, duration - runDuration)))
        }
        if let seed { json.append("seed", .integer(seed)) }
        if let requestID { json.append("request_id", .string(requestID)) }
        if let billableUnits { json.append("billable_units", .number(billableUnits)) }
        if let price { json.append("price", .number(price.number)) }
        if isResumed { json.append("resumed", .bool(true)) }
        if isCached { json.append("cached", true) }
        if hasChangedLora { json.append("lora_changed", true) }
        return json
    }
}
