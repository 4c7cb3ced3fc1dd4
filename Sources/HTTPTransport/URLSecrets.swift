/// Masks what in a URL lets its reader do anything, wherever in a text the URL stands.
///
/// That is: user information (`https://user:password@host`), the token in a path of Telegram's Bot API
/// (`/bot<digits>:<token>/`, and such a token by itself), and the values of parameters whose name ends in `token`, `key`,
/// `secret`, `password`, `signature`, `credential` or is `sig`.
package enum URLSecrets {
    /// The text with each secret replaced by stars; the same text when it has none.
    package static func masked(_ text: String) -> String {
        var text = text
        let result = text.withUTF8 { bytes in
            var scan = Scan(bytes: bytes)
            scan.run()
            return scan.found ? scan.result : nil
        }
        return result.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// Whether the value of a parameter or a field of this name is not to be shown.
    package static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return name == "sig" || endings.contains { name.hasSuffix($0) }
    }

    private static let endings = ["token", "key", "secret", "password", "signature", "credential"]

    /// One pass over a text.
    private struct Scan {
        let bytes: UnsafeBufferPointer<UInt8>
        var result: [UInt8] = []
        var found = false
        private var index = 0
        /// Where the next byte to be copied stands.
        private var kept = 0

        init(bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
        }

        mutating func run() {
            parameter()
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: ":") where starts("://", at: index):
                    index += 3
                    userInformation()
                case UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: ";"):
                    index += 1
                    parameter()
                case UInt8(ascii: "\\") where starts("\\u0026", at: index):
                    index += 6
                    parameter()
                case UInt8(ascii: "/") where starts("/bot", at: index):
                    index += 4
                    botToken(shortest: 1)
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    botToken(shortest: 30)
                case let byte where isWord(byte):
                    // A token does not begin within a word.
                    while index < bytes.count, isWord(bytes[index]) { index += 1 }
                default: index += 1
                }
            }
            if found { result += bytes[kept...] }
        }

        /// Replaces the bytes from `start` to `end` by stars and goes on behind them.
        private mutating func mask(_ start: Int, _ end: Int) {
            // What is masked already stays as it is: behind it may stand anything.
            guard end > start, !starts("********", at: start) else { return }
            result += bytes[kept..<start]
            result += "********".utf8
            kept = end
            index = end
            found = true
        }

        private mutating func userInformation() {
            var end = index
            var at: Int?
            while end < bytes.count, isValue(bytes[end]), !"/?#".utf8.contains(bytes[end]) {
                if bytes[end] == UInt8(ascii: "@") { at = end }
                end += 1
            }
            if let at { mask(index, at) }
        }

        private mutating func parameter() {
            var end = index
            while end < bytes.count, isWord(bytes[end]) || "-._[]".utf8.contains(bytes[end]) { end += 1 }
            guard end < bytes.count, bytes[end] == UInt8(ascii: "=") else { return }
            guard URLSecrets.isSecret(String(decoding: bytes[index..<end], as: UTF8.self)) else { return }
            let start = end + 1
            end = start
            while end < bytes.count, isValue(bytes[end]), !"&;#".utf8.contains(bytes[end]) { end += 1 }
            index = start
            mask(start, end)
        }

        /// `<digits>:<token>`, the colon percent-encoded or not.
        private mutating func botToken(shortest: Int) {
            let start = index
            while index < bytes.count, isDigit(bytes[index]) { index += 1 }
            guard index > start else { return }
            var end = index
            if starts(":", at: end) { end += 1 } else if starts("%3A", at: end) || starts("%3a", at: end) { end += 3 }
            guard end > index else { return }
            index = end
            while end < bytes.count, isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-") { end += 1 }
            if end - index >= shortest { mask(index, end) }
        }

        private func starts(_ word: StaticString, at index: Int) -> Bool {
            guard bytes.count - index >= word.utf8CodeUnitCount else { return false }
            for offset in 0..<word.utf8CodeUnitCount where bytes[index + offset] != word.utf8Start[offset] {
                return false
            }
            return true
        }

        private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

        private func isWord(_ byte: UInt8) -> Bool {
            isDigit(byte) || byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }

        /// What a URL within a text is made of.
        private func isValue(_ byte: UInt8) -> Bool {
            byte > 0x20 && byte != 0x7F && !"\"'\\<>".utf8.contains(byte)
        }
    }
}
