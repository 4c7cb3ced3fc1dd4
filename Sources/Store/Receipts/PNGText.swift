/// A text in a chunk of a PNG, under falhost's keyword; the picture itself is left as it is.
///
/// W3C "Portable Network Graphics" §5.3 (chunks) and §11.3.3.4 (iTXt).
package struct PNGText {
    private let bytes: [UInt8]
    private let chunks: [Chunk]

    private struct Chunk {
        let type: ArraySlice<UInt8>
        let data: Range<Int>
        /// From its length to the end of its check sum.
        var range: Range<Int> { data.lowerBound - 8..<data.upperBound + 4 }
    }

    package static let keyword = "falhost"
    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    package static func isPNG(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: signature) }

    /// Nil for what is no PNG, or breaks off.
    package init?(_ bytes: [UInt8]) {
        guard Self.isPNG(bytes) else { return nil }
        var chunks: [Chunk] = []
        var offset = Self.signature.count
        repeat {
            guard offset + 12 <= bytes.count else { return nil }
            let length = Int(Self.number(bytes[offset..<offset + 4]))
            guard length <= bytes.count - offset - 12 else { return nil }
            let start = offset + 8
            chunks.append(Chunk(type: bytes[offset + 4..<start], data: start..<start + length))
            offset = start + length + 4
        } while !Self.isType(chunks.last?.type, "IEND")
        guard Self.isType(chunks.first?.type, "IHDR") else { return nil }
        self.bytes = bytes
        self.chunks = chunks
    }

    /// The text; nil where there is none, or its check sum is wrong.
    package var text: [UInt8]? {
        guard let chunk = chunks.first(where: isOurs) else { return nil }
        let sum = Self.number(bytes[chunk.data.upperBound..<chunk.data.upperBound + 4])
        guard CRC32.checksum(bytes[chunk.data.lowerBound - 4..<chunk.data.upperBound]) == sum else { return nil }
        return Array(bytes[chunk.data].dropFirst(Self.head.count))
    }

    /// The same file with this text, before the pixels, in place of one that was there.
    package func with(_ text: [UInt8]) -> [UInt8] {
        let content = Array("iTXt".utf8) + Self.head + text
        let chunk = Self.bytes(UInt32(Self.head.count + text.count)) + content
        var result = Array(bytes[..<Self.signature.count])
        result.reserveCapacity(bytes.count + chunk.count + 4)
        var isWritten = false
        for old in chunks where !isOurs(old) {
            if !isWritten, Self.isType(old.type, "IDAT") || Self.isType(old.type, "IEND") {
                result += chunk
                result += Self.bytes(CRC32.checksum(content))
                isWritten = true
            }
            result += bytes[old.range]
        }
        // What some programs write behind the end.
        return result + bytes[(chunks.last?.range.upperBound ?? bytes.count)...]
    }

    /// Keyword; not compressed; no language, no translated keyword.
    private static let head = Array(keyword.utf8) + [0, 0, 0, 0, 0]

    private func isOurs(_ chunk: Chunk) -> Bool {
        Self.isType(chunk.type, "iTXt") && bytes[chunk.data].starts(with: Self.head)
    }

    private static func isType(_ type: ArraySlice<UInt8>?, _ name: String) -> Bool {
        type?.elementsEqual(name.utf8) == true
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
    }
}
