import JSON

/// One thing that the doctor looked at.
struct Finding {
    enum Level: String {
        /// As it should be.
        case ok
        /// Worth knowing.
        case note
        /// Something will not work.
        case problem
    }

    let level: Level
    /// What was looked at, in a word or two.
    let subject: String
    let text: String
    /// What to do; nil where nothing is to be done.
    let advice: String?

    init(_ level: Level, _ subject: String, _ text: String, advice: String? = nil) {
        self.level = level
        self.subject = subject
        self.text = text
        self.advice = advice
    }

    var json: JSONObject {
        var json: JSONObject = [
            "level": .string(level.rawValue), "subject": .string(subject), "text": .string(text),
        ]
        if let advice { json.append("advice", .string(advice)) }
        return json
    }
}
