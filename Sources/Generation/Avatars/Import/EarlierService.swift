internal import JSON

/// What the bot's own service, before falhost, called and did (github.com/sergeyshmagin/Aisha_bot_new,
/// app/database/models.py at 0d0dec1 and at 35b2789).
enum EarlierService {
    /// Its columns that say nothing falhost asks for.
    static let otherColumns: Set<String> = [
        "gender", "avatar_type", "is_draft", "is_main", "photos_count", "generations_count", "training_progress",
        "training_started_at", "training_completed_at", "training_logs", "training_config", "fal_mode",
        "fal_iterations", "fal_priority", "fal_response_data", "learning_rate", "lora_rank", "finetune_type",
        "finetune_comment", "steps", "multiresolution_training", "subject_crop", "create_masks", "captioning",
        "webhook_url", "last_status_check", "avatar_data", "created_at", "updated_at", "preview_url",
    ]

    /// A row in our names and words: its columns, and the spellings of both of its schemas (`PORTRAIT`, `uploading`).
    static func renamed(_ row: JSONObject) -> JSONObject {
        var fields = row
        if let id = fields["fal_request_id"] {
            if fields["training_request_id"] == nil { fields["training_request_id"] = id }
            fields["fal_request_id"] = nil
        }
        for name in ["training_type", "status"] {
            if let text = fields[name]?.stringValue { fields[name] = .string(word(text)) }
        }
        return fields
    }

    private static func word(_ text: String) -> String {
        // Python writes a member of an enumeration as `AvatarStatus.READY`.
        let word = (text.split(separator: ".").last.map(String.init) ?? text).lowercased()
        return ["uploading": "photos_uploading", "ready": "ready_for_training"][word] ?? word
    }

    /// Why there is no file behind an address that the service made up; nil for any other address.
    static func fault(ofAddress url: String) -> String? {
        let rest = url.lowercased().split(separator: "://", maxSplits: 1).last ?? ""
        let host = rest.prefix { !"/:?#".contains($0) }
        let isInvented = ["emergency-fallback.com", "example.com", "example.org", "example.net"].contains {
            host == $0 || host.hasSuffix("." + $0)
        }
        let isFallback = ["fallback-style-", "/test_lora", "/test_config"].contains { rest.contains($0) }
        return isInvented || isFallback ? "the earlier service made up '\(url)': there is no such file" : nil
    }

    /// Why fal knows no such finetune; nil for any other id.
    static func fault(ofFinetune id: String) -> String? {
        let isInvented = ["test_finetune_", "fallback-style-"].contains { id.lowercased().hasPrefix($0) }
        return isInvented ? "the earlier service made up '\(id)': fal has no such finetune" : nil
    }
}
