internal import JSON

/// The keys of a JWKS document (RFC 7517, RFC 8037) that can sign with Ed25519.
struct KeySet {
    let keys: [Ed25519Key]

    /// More than any rotation needs; each costs a verification when a signature is bad.
    private static let most = 16

    /// Nil for a document without such a key.
    init?(_ document: [UInt8]) {
        guard let list = (try? JSONValue(parsing: document))?["keys"]?.arrayValue else { return nil }
        keys = list.prefix(Self.most).compactMap(Self.key)
        if keys.isEmpty { return nil }
    }

    private static func key(_ json: JSONValue) -> Ed25519Key? {
        guard json["kty"]?.stringValue ?? "OKP" == "OKP", json["crv"]?.stringValue ?? "Ed25519" == "Ed25519",
            let text = json["x"]?.stringValue
        else { return nil }
        return base64URL(text).flatMap(Ed25519Key.init)
    }

    /// The bytes of base64url (RFC 4648 §5), with or without padding; nil for any other character.
    static func base64URL(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        var characters = text.utf8[...]
        while characters.last == UInt8(ascii: "=") { characters.removeLast() }
        guard characters.count % 4 != 1 else { return nil }
        for character in characters {
            guard let value = value(character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
