/// What a simulated picture shows; equal descriptions give equal bytes.
struct Picture: Sendable, Equatable {
    enum Format: String, Sendable {
        case jpeg, png

        var contentType: String { self == .png ? "image/png" : "image/jpeg" }
        var fileExtension: String { self == .png ? "png" : "jpg" }
    }

    /// The largest picture that is drawn; a request for more fails with `image_too_large`.
    static let maximumPixels = 4096 * 4096

    var prompt: String
    var endpoint: String
    var seed: Int64
    var width: Int
    var height: Int
    /// 1 for the first picture of a request.
    var number: Int
    /// A picture that the safety checker refused is black.
    var isFlagged: Bool
    var format: Format

    /// Draws and encodes the picture; takes milliseconds a megapixel.
    func encoded() -> [UInt8] {
        let canvas = draw()
        return switch format {
        case .png: PNGEncoder.encode(canvas)
        case .jpeg: JPEGEncoder.encode(canvas)
        }
    }

    func draw() -> Canvas {
        var canvas = Canvas(width: width, height: height)
        if !isFlagged { Background(seed: seed, number: number).paint(&canvas) }
        Caption(self).write(on: &canvas)
        return canvas
    }
}
