/// What a prompt must be.
package enum Prompt {
    /// The longest prompt that a call may give, in bytes of UTF-8; FLUX itself reads about 500 words of it.
    package static let longest = 8 * 1024

    /// The longest prompt that the rules may make of it.
    package static let longestAfterRules = 2 * longest

    /// Throws `invalid_prompt` when the prompt is empty, only spaces, or longer than `longest`.
    static func check(_ prompt: String) throws(GenerationError) {
        if let fault = fault(in: prompt) { throw .invalidPrompt(fault) }
    }

    /// How many bytes stand before the first that is not UTF-8; nil when all of them are.
    package static func firstFault(in bytes: some Sequence<UInt8>) -> Int? {
        var parser = UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var count = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): count += scalar.count
            case .emptyInput: return nil
            case .error: return count
            }
        }
    }

    /// What is wrong with a prompt; nil when nothing is.
    package static func fault(in prompt: String, limit: Int = longest) -> PromptFault? {
        let size = prompt.utf8.count
        if size > limit { return .tooLong(bytes: size, limit: limit) }
        return prompt.allSatisfy(\.isWhitespace) ? .empty : nil
    }
}

/// Why a prompt is refused.
package enum PromptFault: Sendable, Equatable {
    case empty
    case tooLong(bytes: Int, limit: Int)
    /// The byte offset of the first byte that is not UTF-8.
    case notUTF8(offset: Int)
}
