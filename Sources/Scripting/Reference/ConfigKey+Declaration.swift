package import Generation
import LuaRuntime

extension ConfigKey {
    /// The key as a field of `fal.Config`: its type and range are those that the domain checks.
    var declaration: LuaValueDeclaration {
        LuaValueDeclaration(rawValue, type.luaType, summary, optional: true, unit: self == .timeout ? "seconds" : nil)
    }

    /// What it steers, in one line.
    package var summary: String {
        switch self {
        case .quality: "the preset's name; `balanced` when none is named"
        case .preset: "the same as `quality`"
        case .numInferenceSteps: "more steps: finer and slower"
        case .guidanceScale: "how closely the picture follows the prompt"
        case .imageSize: "the name of a size, or `{ width =, height = }` in pixels"
        case .aspectRatio: "two whole numbers with a colon, `16:9`; for models that take a shape instead of a size"
        case .loraScale: "how strongly a portrait avatar shows"
        case .finetuneStrength: "how strongly a style avatar shows"
        case .numImages: "pictures in one request"
        case .enableSafetyChecker: "fal's checker for unsafe pictures"
        case .seed: "the same seed and prompt give the same picture; 0 is a seed"
        case .outputFormat: "`jpeg` or `png`"
        case .safetyTolerance: "1 is the strictest"
        case .raw: "less processed, more natural pictures"
        case .enhancePrompt: "let the model rewrite the prompt"
        case .acceleration: "let the model trade quality for speed"
        case .endpoint: "another model than the avatar's own: `owner/alias`"
        case .timeout: "the longest time to wait for the result"
        case .priority: "the place in fal's queue"
        case .cache:
            "whether the kept pictures of an equal request answer, without a new job; without a `seed` any seed is equal"
        case .fairnessKey: "jobs with different keys take turns where jobs wait for their turn, such as users'"
        case .key: keySummary
        case .retryFailed: retrySummary
        case .webhookURL: "fal posts the result to this address, too (see `falhost serve`)"
        }
    }
}

private let keySummary =
    "what you name this call: one that is known gives its job's result and pays nothing, in any run (\(JobKey.length.upperBound) characters at most)"
private let retrySummary = "with `key`: whether a job that failed, was cancelled or expired is made anew, and paid for"

extension LuaValueDeclaration {
    /// The options that name a job.
    static let key = LuaValueDeclaration("key", .string, keySummary, optional: true)
    static let retryFailed = LuaValueDeclaration("retry_failed", .boolean, retrySummary, default: "false")
}

extension FieldType {
    fileprivate var luaType: LuaType {
        switch self {
        case .text, .name, .aspectRatio, .endpoint, .address: .string
        case .boolean: .boolean
        case .integer(let range): .integer(range)
        case .number(let range) where range.upperBound == .greatestFiniteMagnitude:
            LuaType("number", .number, expected: "number from \(Int(range.lowerBound))")
        case .number(let range): .number(range)
        case .word(let words): .word(words)
        case .level(let range): .integer(range).or(.string)
        case .imageSize: .word(words).or(LuaType("{ width: integer, height: integer }", .table))
        case .loras: .list(of: "table<string, any>")
        }
    }
}
