#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Characters as a terminal sends them, in UTF-8.
enum TerminalCharacter {
    /// The rest of a character that has begun to come is waited for so long.
    private static let patience: Int32 = 200

    /// Reads one character: 1, 0 at the end of input, -1 for an error. Bytes that are not UTF-8 give U+FFFD.
    static func read(_ descriptor: Int32, _ character: inout UInt32) -> Int32 {
        var bytes: [UInt8] = []
        let count = take(descriptor, &bytes)
        guard count == 1, let first = bytes.first else { return Int32(count) }
        for _ in 0..<followers(of: first) {
            guard waitForInput([descriptor], milliseconds: patience)[0], take(descriptor, &bytes) == 1 else { break }
        }
        character = String(decoding: bytes, as: UTF8.self).unicodeScalars.first?.value ?? 0xFFFD
        return 1
    }

    /// How many bytes of a character come after its first one.
    private static func followers(of byte: UInt8) -> Int {
        switch byte {
        case 0xC2...0xDF: 1
        case 0xE0...0xEF: 2
        case 0xF0...0xF4: 3
        default: 0
        }
    }

    private static func take(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int {
        var byte: UInt8 = 0
        while true {
            #if canImport(Glibc)
                let count = Glibc.read(descriptor, &byte, 1)
            #else
                let count = Darwin.read(descriptor, &byte, 1)
            #endif
            if count < 0, errno == EINTR { continue }
            if count == 1 { bytes.append(byte) }
            return count
        }
    }
}
