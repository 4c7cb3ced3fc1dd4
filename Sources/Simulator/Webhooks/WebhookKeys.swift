import JSON

/// The keys that webhooks are signed with, and their public halves as fal serves them.
struct WebhookKeys {
    /// The newest is the last; the one before is still served, for what is under way.
    private var keys: [SigningKey] = []

    /// Nil when the crypto library cannot make a key.
    var current: SigningKey? {
        mutating get {
            if keys.isEmpty { rotate() }
            return keys.last
        }
    }

    /// Signs with a new key from now on.
    mutating func rotate() {
        guard let key = SigningKey() else { return }
        keys = keys.suffix(1) + [key]
    }

    /// A JSON Web Key Set (RFC 7517, RFC 8037).
    mutating func keySet() -> JSONValue {
        _ = current
        return [
            "keys": .array(
                keys.reversed().map { key in
                    [
                        "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                        "kid": .string(Hexadecimal.text(key.publicBytes.prefix(8))),
                        "x": .string(Self.base64URL(key.publicBytes)),
                    ]
                })
        ]
    }

    /// Without padding, and with the two letters that URLs bear (RFC 4648 §5).
    private static func base64URL(_ bytes: [UInt8]) -> String {
        String(
            Base64.encode(bytes).compactMap { letter -> Character? in
                switch letter {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: letter
                }
            })
    }
}
