internal import HTTPTransport

/// Takes out of a recording what lets its reader do anything: keys, cookies, signatures of URLs.
enum RecordingMask {
    private static let secretHeaders: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-fal-key",
    ]
    /// Of URLs that are signed for uploads and downloads.
    private static let secretParameters = ["signature=", "x-goog-credential=", "x-amz-credential=", "token=", "sig="]
    private static let mask = "********"

    static func headers(_ headers: HTTPHeaders) -> [(name: String, value: String)] {
        headers.pairs.filter { !secretHeaders.contains($0.name.lowercased()) }.map { ($0.name, text($0.value)) }
    }

    /// The text with keys and the values of signing parameters masked.
    static func text(_ text: String) -> String {
        var text = FalCredentials.redact(text)
        let lower = text.lowercased()
        guard
            secretParameters.contains(where: {
                lower.contains("?" + $0) || lower.contains("&" + $0) || lower.contains("-" + $0)
            })
        else { return text }
        text = masked(Array(text.utf8))
        return text
    }

    private static func masked(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            result.append(bytes[index])
            let isBefore = [UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "-")].contains(bytes[index])
            index += 1
            guard isBefore, let length = parameter(bytes[index...]) else { continue }
            result += bytes[index..<(index + length)]
            result += mask.utf8
            index += length
            while index < bytes.count, isValue(bytes[index]) { index += 1 }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func parameter(_ rest: ArraySlice<UInt8>) -> Int? {
        secretParameters.first { name in
            rest.count >= name.utf8.count
                && zip(rest, name.utf8).allSatisfy { $0 == $1 || ($0 | 0x20 == $1 && $0 < 0x5B && $0 > 0x40) }
        }?.utf8.count
    }

    /// What a query's value is made of.
    private static func isValue(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"&\"'\\<>#".utf8.contains(byte)
    }
}
