extension CommandLine {
    /// The arguments as the system gave them, byte for byte.
    static var rawArguments: [[UInt8]] {
        (0..<Int(argc)).compactMap { index in
            guard let argument = unsafeArgv[index] else { return nil }
            return Array(UnsafeRawBufferPointer(start: argument, count: length(of: argument)))
        }
    }

    private static func length(of text: UnsafePointer<CChar>) -> Int {
        var count = 0
        while text[count] != 0 { count += 1 }
        return count
    }
}
