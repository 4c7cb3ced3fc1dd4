package import JSON

/// The size of a picture: one of fal's names, or width and height.
package enum ImageSize: Sendable, Equatable {
    case named(Name)
    case pixels(width: Int, height: Int)

    /// fal's names (fal: `ImageSize` presets).
    package enum Name: String, Sendable, CaseIterable {
        case squareHD = "square_hd"
        case square
        case portrait43 = "portrait_4_3"
        case portrait169 = "portrait_16_9"
        case landscape43 = "landscape_4_3"
        case landscape169 = "landscape_16_9"
    }

    /// The sides that fal accepts, in pixels.
    package static let sides = 1...14_142

    /// Reads a name or an object with exactly `width` and `height`, integers within `sides`; else nil.
    package init?(_ value: JSONValue) {
        switch value {
        case .string(let text):
            guard let name = Name(rawValue: text) else { return nil }
            self = .named(name)
        case .object(let object):
            guard object.count == 2, let width = Self.side(object["width"]), let height = Self.side(object["height"])
            else { return nil }
            self = .pixels(width: width, height: height)
        default:
            return nil
        }
    }

    package var json: JSONValue {
        switch self {
        case .named(let name): .string(name.rawValue)
        case .pixels(let width, let height):
            .object(["width": .integer(Int64(width)), "height": .integer(Int64(height))])
        }
    }

    package var width: Int { dimensions.width }
    package var height: Int { dimensions.height }

    package var dimensions: (width: Int, height: Int) {
        switch self {
        case .named(.squareHD): (1024, 1024)
        case .named(.square): (512, 512)
        case .named(.portrait43): (768, 1024)
        case .named(.portrait169): (576, 1024)
        case .named(.landscape43): (1024, 768)
        case .named(.landscape169): (1024, 576)
        case .pixels(let width, let height): (width, height)
        }
    }

    private static func side(_ value: JSONValue?) -> Int? {
        guard let side = value?.integerValue.flatMap(Int.init(exactly:)), sides.contains(side) else { return nil }
        return side
    }
}
