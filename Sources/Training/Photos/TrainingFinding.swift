package import Generation
package import JSON

/// One thing that a look at the photos has brought up, and what to do about it.
package struct TrainingFinding: Sendable {
    package enum Level: String, Sendable {
        /// The trainer would refuse the set, or learn from less than was given: nothing is sent.
        case error
        case note

        /// Its word before the finding.
        package func word(in language: Language) -> String {
            switch self {
            case .error: language.wording("error", "ошибка")
            case .note: language.wording("note", "заметка")
            }
        }
    }

    /// The name of the file that it is about; nil for the whole set.
    package let file: String?
    package let fault: TrainingFault

    init(_ file: String?, _ fault: TrainingFault) {
        self.file = file
        self.fault = fault
    }

    package var level: Level { fault.level }
    package var code: TrainingFault.Code { fault.code }

    /// `IMG_1.heic: HEIC is not read by the trainers; save it as JPEG or PNG`
    package func text(in language: Language) -> String {
        (file.map { "\($0): " } ?? "") + "\(fault.message(in: language)); \(fault.advice(in: language))"
    }

    /// For programs: in English, whatever the locale is.
    package var json: JSONObject {
        var json: JSONObject = ["level": .string(level.rawValue), "code": .string(code.rawValue)]
        if let file { json.append("file", .string(file)) }
        json.append("message", .string(fault.message(in: .english)))
        json.append("advice", .string(fault.advice(in: .english)))
        return json
    }
}
