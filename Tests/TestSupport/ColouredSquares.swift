import CZlib
package import Foundation

/// Pictures of coloured squares, which look different for different numbers.
package enum ColouredSquares {
    package static func png(_ number: Int, width: Int = 512, height: Int = 512) -> Data {
        var colours = SplitMix(state: UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let row = (0..<8).map { _ in (0..<8).map { _ in [colours.next(), colours.next(), colours.next()] } }
        var pixels = Data()
        for y in 0..<height {
            pixels.append(0)
            for x in 0..<width { pixels.append(contentsOf: row[y * 8 / height][x * 8 / width]) }
        }
        var header = Data()
        for side in [width, height] { header.append(bigEndian: UInt32(side)) }
        header.append(contentsOf: [8, 2, 0, 0, 0])
        return Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + chunk("IHDR", header)
            + chunk("IDAT", compressed(pixels)) + chunk("IEND", Data())
    }

    private static func chunk(_ name: String, _ data: Data) -> Data {
        var chunk = Data()
        chunk.append(bigEndian: UInt32(data.count))
        let body = Data(name.utf8) + data
        chunk.append(body)
        chunk.append(
            bigEndian: UInt32(
                truncatingIfNeeded: body.withUnsafeBytes {
                    crc32(0, $0.bindMemory(to: UInt8.self).baseAddress, uInt($0.count))
                }))
        return chunk
    }

    private static func compressed(_ data: Data) -> Data {
        var count = compressBound(uLong(data.count))
        var output = Data(count: Int(count))
        output.withUnsafeMutableBytes { room in
            data.withUnsafeBytes { input in
                _ = compress(
                    room.bindMemory(to: UInt8.self).baseAddress, &count, input.bindMemory(to: UInt8.self).baseAddress,
                    uLong(data.count))
            }
        }
        return output.prefix(Int(count))
    }

    private struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt8 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return UInt8(truncatingIfNeeded: mixed >> 56)
        }
    }
}

extension Data {
    fileprivate mutating func append(bigEndian value: UInt32) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
