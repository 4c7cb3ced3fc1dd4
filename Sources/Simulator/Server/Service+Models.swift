import JSON

/// fal's catalogue, as far as we know what stands in it.
extension Service {
    /// Of the endpoints that are asked for those that fal lists (2026): it leaves out `flux-pro` and `flux-pro/finetuned`,
    /// and calls `flux-pro-trainer` deprecated.
    func models(_ request: Request) -> Reply {
        let models = request.parameters("endpoint_id").compactMap { endpoint -> JSONValue? in
            guard let status = Self.listed[endpoint] else { return nil }
            return ["endpoint_id": .string(endpoint), "metadata": ["status": .string(status)]]
        }
        var reply = Reply(json: ["models": .array(models), "has_more": false, "next_cursor": .null])
        reply.headers.append(("date", Timestamp.now.httpDate))
        return reply
    }

    private static let listed = [
        "fal-ai/flux-lora": "active", "fal-ai/flux-pro/v1.1-ultra-finetuned": "active",
        "fal-ai/flux-lora-portrait-trainer": "active", "fal-ai/flux-lora-fast-training": "active",
        "fal-ai/flux-pro-trainer": "deprecated",
    ]
}
