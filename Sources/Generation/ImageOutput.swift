internal import FalClient
internal import JSON

/// What an image endpoint's output says (fal: output of `flux-lora`).
struct ImageOutput {
    let images: [GeneratedImage]
    let seed: Int64?
    let simulated: Bool

    init(images: [GeneratedImage], seed: Int64?, simulated: Bool) {
        self.images = images
        self.seed = seed
        self.simulated = simulated
    }

    /// Throws `no_images` when there is none, `malformed_response` when one has no address.
    init(_ job: QueueResult, endpoint: String) throws(GenerationError) {
        func malformed(_ reason: String) -> GenerationError {
            .malformedOutput(endpoint: endpoint, requestID: job.requestID, reason: reason)
        }
        guard case .object(let output) = job.output else { throw malformed("the output is \(job.output.kindName)") }
        switch output["images"] {
        case nil, .null, .array([]): throw .noImages(endpoint: endpoint, requestID: job.requestID)
        case .array(let elements):
            let flags = output["has_nsfw_concepts"]?.arrayValue ?? []
            var images: [GeneratedImage] = []
            images.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                guard let image = Self.image(element, flag: index < flags.count ? flags[index].boolValue : nil) else {
                    throw malformed("images[\(index)] has no url")
                }
                images.append(image)
            }
            self.images = images
        case .some(let value): throw malformed("images is \(value.kindName)")
        }
        seed = output["seed"]?.integerValue
        simulated = output["simulated"]?.boolValue ?? false
    }

    /// The same with the paths of the pictures that are kept.
    func with(_ files: [KeptPicture]) -> ImageOutput {
        if files.isEmpty { return self }
        var images = images
        for file in files where images.indices.contains(file.index - 1) { images[file.index - 1].path = file.path }
        return ImageOutput(images: images, seed: seed, simulated: simulated)
    }

    private static func image(_ value: JSONValue, flag: Bool?) -> GeneratedImage? {
        guard let url = value["url"]?.stringValue, !url.isEmpty else { return nil }
        return GeneratedImage(
            url: url, width: value["width"]?.integerValue.flatMap(Int.init(exactly:)),
            height: value["height"]?.integerValue.flatMap(Int.init(exactly:)),
            contentType: value["content_type"]?.stringValue, hasNSFWConcepts: flag)
    }
}
