extension CommandLine {
    /// The arguments as the system gave them, byte for byte.
    static var rawArguments: [[UInt8]] {
        (0..<Int(argc)).compactMap { index in
            guard let argument = unsafeArgv[index] else { return nil }
            return Array(UnsafeRawBufferPointer(start: argument, count: length(of: argument)))
        }
    }

    /// The bytes of an argument that Swift has as `text`: it repairs what is not UTF-8.
    static func bytes(of text: String) -> [UInt8] {
        rawArguments.first { String(decoding: $0, as: UTF8.self) == text } ?? Array(text.utf8)
    }

    private static func length(of text: UnsafePointer<CChar>) -> Int {
        var count = 0
        while text[count] != 0 { count += 1 }
        return count
    }
}
