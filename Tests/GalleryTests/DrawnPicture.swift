@testable import Simulator

/// Pictures as the simulator makes them, of any size.
enum DrawnPicture {
    static func jpeg(_ prompt: String, seed: Int64 = 1, width: Int = 512, height: Int = 512) -> [UInt8] {
        Picture(
            prompt: prompt, endpoint: "fal-ai/flux-lora", seed: seed, width: width, height: height, number: 1,
            isFlagged: false, format: .jpeg
        ).encoded()
    }

    static func png(_ prompt: String, width: Int = 64, height: Int = 64) -> [UInt8] {
        Picture(
            prompt: prompt, endpoint: "fal-ai/flux-lora", seed: 1, width: width, height: height, number: 1,
            isFlagged: false, format: .png
        ).encoded()
    }
}
