/// What fal counts for a price (fal: `unit` of the prices, `x-fal-billable-units`).
package enum BillingUnit: Sendable, Hashable {
    /// Of each picture, rounded up.
    case megapixels
    case images
    case requests
    /// Of a training; a part of a thousand as that part.
    case thousandSteps
    /// A unit that only fal can count: what a job costs is known when it is done.
    case other(String)

    /// Reads fal's words, singular or plural.
    package init(_ word: String) {
        self =
            switch word.lowercased() {
            case "megapixel", "megapixels": .megapixels
            case "image", "images": .images
            case "request", "requests": .requests
            case "thousand steps", "1000 steps": .thousandSteps
            default: .other(word)
            }
    }

    package var name: String {
        switch self {
        case .megapixels: "megapixels"
        case .images: "images"
        case .requests: "requests"
        case .thousandSteps: "thousand steps"
        case .other(let word): word
        }
    }
}
