import LuaRuntime

/// The types of the domain that parameters and results share.
extension LuaType {
    static let avatar = LuaType("fal.Avatar|string", [.table, .string], expected: "avatar (a table or an id)")
    static let prompt = LuaType("string", .string, expected: "prompt (a string)")
    static let config = LuaType.shape("fal.Config")
    /// A model's arguments or its output: what JSON can say.
    static let json = LuaType("table<string, any>", .table, expected: "table")
    /// A time that is waited for, up to a year.
    static let duration = LuaType.number(0...31_536_000)
    static let count = LuaType.integer(1...Int64.max)
}

extension LuaValueDeclaration {
    static let avatar = LuaValueDeclaration("avatar", .avatar, "an avatar's table, or its id")
    static let prompt = LuaValueDeclaration("prompt", .prompt, "what the picture shows; rules rewrite it")
    static let config = LuaValueDeclaration(
        "config", .config, "a preset's name and what differs from it", optional: true)
    static let endpoint = LuaValueDeclaration(
        "endpoint", .string, "a model of fal's: `owner/alias`, with a path or without")
    static let arguments = LuaValueDeclaration("arguments", .json, "the model's arguments", default: "{}")
}

/// Error codes that come together.
enum ErrorCodes {
    /// Whatever a request to fal may end with.
    static let client = [
        "missing_api_key", "unauthorized", "billing", "endpoint_not_found", "rate_limited", "server_error", "timeout",
        "network", "malformed_response", "cancelled",
    ]
    /// What is found before anything is sent.
    static let checks = [
        "avatar_not_found", "avatar_not_trained", "lora_file_missing", "finetune_id_missing", "unknown_training_type",
        "unknown_preset", "invalid_config", "invalid_prompt", "rule_failed", "storage",
    ]
    static let job = ["budget_exceeded", "content_policy_violation", "submit_unknown", "expired"]
    static let generation = checks + client + job + ["no_images"]
}
