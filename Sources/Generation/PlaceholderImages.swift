/// The pictures of test mode: addresses of placeholder photographs, the same for the same call.
enum PlaceholderImages {
    static func images(for plan: GenerationPlan, prompt: String) -> [GeneratedImage] {
        let (width, height) = plan.dimensions
        let avatar = percentEncoded(plan.subject.avatar.id)
        let type = plan.subject.type.rawValue
        return (0..<plan.imageCount).map { index in
            let hash = hash(prompt, index)
            let url = "https://picsum.photos/\(width)/\(height)?random=\(avatar)&type=\(type)&prompt=\(hash)"
            return GeneratedImage(
                url: url, width: width, height: height, contentType: "image/jpeg", hasNSFWConcepts: false)
        }
    }

    /// FNV-1a over the prompt's bytes and the picture's place: the same in every run and on every machine.
    private static func hash(_ prompt: String, _ index: Int) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in prompt.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return (hash ^ UInt32(truncatingIfNeeded: index)) &* 16_777_619
    }

    /// Everything but RFC 3986's unreserved characters as %XX.
    static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                encoded += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return encoded
    }
}
