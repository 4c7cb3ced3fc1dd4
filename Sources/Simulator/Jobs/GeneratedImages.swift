import JSON

/// The pictures of one request; they are drawn when they are fetched.
struct GeneratedImages: Sendable {
    let prompt: String
    let size: ImageSize
    let count: Int
    let seed: Int64
    let format: Picture.Format
    let isFlagged: Bool
    /// The pictures come inside the result, as data URIs.
    let isInline: Bool
    let billableUnits: Int

    /// `spareSeed` is taken where the input has no seed; 0 is a seed.
    init(input: JSONValue, schema: EndpointSchema, spareSeed: Int64) {
        prompt = input["prompt"]?.stringValue ?? ""
        count = Int(input["num_images"]?.laxInteger ?? 1)
        seed = input["seed"]?.laxInteger ?? spareSeed
        format = input["output_format"]?.stringValue.flatMap(Picture.Format.init) ?? .jpeg
        isInline = input["sync_mode"]?.laxFlag ?? false
        isFlagged = input["enable_safety_checker"]?.laxFlag != false && Self.hasTriggerWord(prompt)
        size =
            switch schema.sizing {
            case .imageSize: ImageSize(imageSize: input["image_size"])
            case .aspectRatio:
                ImageSize(aspectRatio: input["aspect_ratio"]?.stringValue ?? "16:9") ?? .standard
            }
        billableUnits =
            switch schema.billing {
            case .megapixels: size.megapixels * count
            case .images: count
            case .requests, .steps: 1
            }
    }

    /// The picture with this number, from 1.
    func picture(_ number: Int, endpoint: String) -> Picture? {
        guard 1...count ~= number else { return nil }
        return Picture(
            prompt: prompt, endpoint: endpoint, seed: seed, width: size.width, height: size.height, number: number,
            isFlagged: isFlagged, format: format)
    }

    /// The word `nsfw` in any case makes the safety checker refuse.
    private static func hasTriggerWord(_ prompt: String) -> Bool {
        let word = Array("nsfw".utf8)
        var matched = 0
        for byte in prompt.utf8 {
            let lower = byte | 0x20
            matched = lower == word[matched] ? matched + 1 : lower == word[0] ? 1 : 0
            if matched == word.count { return true }
        }
        return false
    }
}
