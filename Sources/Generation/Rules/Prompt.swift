/// What a prompt must be.
package enum Prompt {
    /// The longest prompt that is sent, in bytes of UTF-8; FLUX itself reads about 500 words of it.
    package static let longest = 8 * 1024

    /// Throws `invalid_prompt` when the prompt is empty, only spaces, or longer than `longest`.
    static func check(_ prompt: String) throws(GenerationError) {
        if let fault = fault(in: prompt) { throw .invalidPrompt(fault) }
    }

    static func fault(in prompt: String) -> PromptFault? {
        let size = prompt.utf8.count
        if size > longest { return .tooLong(bytes: size, limit: longest) }
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
