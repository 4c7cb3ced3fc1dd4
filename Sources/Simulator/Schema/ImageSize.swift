import JSON

/// Width and height of a picture in pixels.
struct ImageSize: Sendable, Equatable {
    let width: Int
    let height: Int

    static let presets: [String: ImageSize] = [
        "square_hd": ImageSize(width: 1024, height: 1024),
        "square": ImageSize(width: 512, height: 512),
        "portrait_4_3": ImageSize(width: 768, height: 1024),
        "portrait_16_9": ImageSize(width: 576, height: 1024),
        "landscape_4_3": ImageSize(width: 1024, height: 768),
        "landscape_16_9": ImageSize(width: 1024, height: 576),
    ]

    /// fal: FLUX endpoints, `image_size` not given.
    static let standard = ImageSize(width: 1024, height: 768)

    var megapixels: Int { (width * height + 999_999) / 1_000_000 }

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The size an `image_size` that passed validation stands for; each side missing from an object is 512.
    init(imageSize value: JSONValue?) {
        switch value {
        case .string(let name):
            self = Self.presets[name] ?? .standard
        case .object(let object):
            self.init(
                width: Int(object["width"]?.laxInteger ?? 512), height: Int(object["height"]?.laxInteger ?? 512))
        default:
            self = .standard
        }
    }

    /// About four megapixels in the shape of `text` (`W:H`), both sides multiples of 32: 16:9 is 2752 × 1536.
    init?(aspectRatio text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let across = parts[0], let down = parts[1], 1...1000 ~= across, 1...1000 ~= down,
            across <= 16 * down, down <= 16 * across
        else { return nil }
        let ratio = Double(across) / Double(down)
        let ideal = (4_194_304 / ratio).squareRoot()
        let height = max(Int((ideal / 32).rounded()) * 32, 32)
        let width = max(Int((Double(height) * ratio / 32).rounded(.up)) * 32, 32)
        self.init(width: width, height: height)
    }
}
