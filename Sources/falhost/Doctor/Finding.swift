import Generation
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

        /// Its word in the first column.
        func word(in language: Language) -> String {
            switch self {
            case .ok: "ok"
            case .note: language.wording("note", "заметка")
            case .problem: language.wording("problem", "проблема")
            }
        }
    }

    /// What was looked at.
    enum Subject: String {
        case falhost
        case lua = "Lua"
        case libcurl
        case sqlite = "SQLite"
        case testMode = "test mode"
        case server
        case key
        case project
        case presets
        case training
        case avatars
        case pins
        case rules
        case ledger
        case pictures
        case dotEnv = ".env"
        case network
        case host
        case catalogue
        case endpoint
        case clock

        /// Its word in the second column.
        func word(in language: Language) -> String { language.wording(rawValue, russian) }

        private var russian: String {
            switch self {
            case .falhost, .lua, .libcurl, .sqlite, .dotEnv: rawValue
            case .testMode: "тестовый режим"
            case .server: "сервер"
            case .key: "ключ"
            case .project: "проект"
            case .presets: "пресеты"
            case .training: "обучение"
            case .avatars: "аватары"
            case .pins: "закреплённые файлы"
            case .rules: "правила"
            case .ledger: "журнал"
            case .pictures: "картинки"
            case .network: "сеть"
            case .host: "адрес"
            case .catalogue: "каталог"
            case .endpoint: "модель"
            case .clock: "часы"
            }
        }
    }

    let level: Level
    let subject: Subject
    let text: String
    /// What to do; nil where nothing is to be done.
    let advice: String?

    init(_ level: Level, _ subject: Subject, _ text: String, advice: String? = nil) {
        self.level = level
        self.subject = subject
        self.text = text
        self.advice = advice
    }

    /// For programs: in English where it was found in English.
    var json: JSONObject {
        var json: JSONObject = [
            "level": .string(level.rawValue), "subject": .string(subject.rawValue), "text": .string(text),
        ]
        if let advice { json.append("advice", .string(advice)) }
        return json
    }
}
