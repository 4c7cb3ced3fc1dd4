import Generation
import JSON

extension Explanation {
    /// The explanation for people: what would be sent, line by line with its origin.
    ///
    /// - Parameter isColoured: marks what rules add and take away with colours too.
    func text(in language: Language, isColoured: Bool = false) throws -> String {
        func row(_ english: String, _ russian: String, _ text: String) -> String {
            let name = language.wording(english, russian)
            return name + String(repeating: " ", count: 10 - name.count) + text
        }
        var lines = [row("endpoint", "модель", "\(plan.endpoint)  (\(plan.endpointOrigin))")]
        if !isChecked {
            let unknown = language.wording(
                "its input is not known here: the arguments are sent unchecked",
                "что она принимает, здесь неизвестно: аргументы уходят без проверки")
            lines.append(row("", "", unknown))
        }
        lines += [row("preset", "пресет", "\(plan.config.preset.name)  (\(plan.config.presetOrigin))"), ""]
        lines.append(row("prompt", "промпт", prompt))
        let unchanged = language.wording("no change", "без изменений")
        lines += ruleChanges.map { "  \($0.file): \($0.isChange ? $0.difference.marked(isColoured) : unchanged)" }
        lines += ["", language.wording("arguments", "аргументы")]
        lines += try Self.table(argumentsWithOrigins.map { ($0.name, $0.value, $0.origin.description) })
        if !defaults.isEmpty {
            lines += [
                "",
                language.wording(
                    "not sent: the endpoint's defaults apply", "не отправляется: действуют умолчания модели"),
            ]
            lines += try Self.table(defaults.map { ($0.name, $0.value, "") })
        }
        if !plan.dropped.isEmpty {
            lines += ["", language.wording("dropped", "отброшено")]
            lines += try Self.table(
                plan.dropped.map { dropped in
                    let reason = dropped.reasonText(endpoint: plan.endpoint, in: language)
                    return (dropped.key.rawValue, dropped.value, "\(dropped.origin): \(reason)")
                })
        }
        lines += ["", row("cost", "цена", costText), row("time", "время", timeText(in: language))]
        if let cache { lines.append(row("cache", "кэш", Self.text(cache, language))) }
        if let policy { lines.append(row("policy", "политика", Self.text(policy, language))) }
        if testMode {
            lines += [
                "", language.wording("test mode: nothing would be sent", "тестовый режим: ничего бы не отправилось"),
            ]
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ cache: CacheAnswer, _ language: Language) -> String {
        switch cache {
        case .hit(let job):
            language.wording(
                "kept pictures would answer, at no cost: those of job \(job)",
                "ответом были бы сохранённые картинки задания \(job), бесплатно")
        case .miss:
            language.wording(
                "nothing is kept for it: it would be sent", "сохранённого нет: запрос бы отправился")
        }
    }

    private static func text(_ policy: PolicyReview, _ language: Language) -> String {
        let change = policy.insteadOf.map {
            language.wording("chose this preset instead of \($0)", "выбрала этот пресет вместо \($0)")
        }
        let refusal = policy.refusal.map { language.wording("refuses: \($0)", "отказывает: \($0)") }
        let verdict = refusal ?? (change == nil ? language.wording("allows it", "разрешает") : nil)
        return [change, verdict].compactMap { $0 }.joined(separator: "; ")
    }

    private static func table(_ rows: [(name: String, value: JSONValue, note: String)]) throws -> [String] {
        let width = rows.map(\.name.count).max() ?? 0
        return try rows.map { row in
            let padding = String(repeating: " ", count: width - row.name.count)
            let value = String(decoding: try row.value.serialized(), as: UTF8.self)
            return "  \(row.name)\(padding)  \(value)" + (row.note.isEmpty ? "" : "  (\(row.note))")
        }
    }
}

extension TextDifference {
    /// The new text with what was added as `{+…+}` and what was taken away as `[-…-]`.
    fileprivate func marked(_ isColoured: Bool) -> String {
        func coloured(_ text: String, _ code: Int) -> String {
            isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
        }
        return parts.map { part in
            switch part {
            case .kept(let text): text
            case .removed(let text): coloured("[-\(text)-]", 31)
            case .added(let text): coloured("{+\(text)+}", 32)
            }
        }.joined()
    }
}
