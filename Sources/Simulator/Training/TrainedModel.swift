import JSON
import NIOCore

/// What a simulated trainer has made: the same settings and the same photos make the same.
struct TrainedModel: Sendable {
    let endpoint: String
    let photos: Int
    let captions: Int
    let steps: Int
    let trigger: String?
    let settings: JSONObject
    let fingerprint: UInt64

    /// 16 hexadecimal digits.
    private var name: String {
        let digits = String(fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    var finetuneID: String { "simulated-\(name)" }

    /// The settings of the training, as `config.json` holds them.
    var configuration: JSONValue {
        var object: JSONObject = [
            "simulated": true, "endpoint": .string(endpoint), "images": .integer(Int64(photos)),
            "captions": .integer(Int64(captions)), "fingerprint": .string(name),
        ]
        for (name, value) in settings { object[name] = value }
        return .object(object)
    }

    /// A safetensors file with the two halves of one small layer: the length of the header, the header, the tensors.
    var weights: [UInt8] {
        var numbers = SplitMix(seed: fingerprint)
        var tensors: [UInt8] = []
        for _ in 0..<(2 * Self.rank * Self.width) {
            let number = Float.random(in: -0.05...0.05, using: &numbers)
            withUnsafeBytes(of: number.bitPattern.littleEndian) { tensors += $0 }
        }
        var header = Array(ByteBuffer(json: weightsHeader).readableBytesView)
        // The tensors begin where a number of eight bytes may.
        header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + tensors
    }

    private static let (rank, width) = (4, 64)

    private var weightsHeader: JSONValue {
        let layer = "transformer.single_transformer_blocks.0.attn.to_q."
        let (rank, width) = (Int64(Self.rank), Int64(Self.width))
        let size = 4 * rank * width
        // The format knows no other values than texts here.
        let metadata: JSONObject = [
            "simulated": "true", "format": "pt", "endpoint": .string(endpoint), "steps": .string("\(steps)"),
            "images": .string("\(photos)"), "captions": .string("\(captions)"), "trigger": .string(trigger ?? ""),
            "fingerprint": .string(name),
        ]
        return [
            "__metadata__": .object(metadata),
            "\(layer)lora_A.weight": Self.tensor([rank, width], from: 0, to: size),
            "\(layer)lora_B.weight": Self.tensor([width, rank], from: size, to: 2 * size),
        ]
    }

    private static func tensor(_ shape: [Int64], from start: Int64, to end: Int64) -> JSONValue {
        [
            "dtype": "F32", "shape": .array(shape.map { .integer($0) }),
            "data_offsets": [.integer(start), .integer(end)],
        ]
    }
}
