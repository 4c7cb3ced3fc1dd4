import Generation
import Scripting

/// The pages of `falhost help TOPIC`: prose here, tables from where the facts are.
enum HelpText {
    static func presets(in language: Language) -> String {
        let keys = ConfigKey.allCases.map { ($0.rawValue, $0.summary) }
        return switch language {
        case .english:
            """
            presets/<name>.lua returns one table of config keys; `extends` builds on another preset:

              return {
                description = "Upright, many steps",
                extends = "portrait",
                num_inference_steps = 50,
              }

            What comes later goes first: the endpoint's own values, the preset that is extended, the preset, then --set or
            the table of the call. A preset that is not named is falhost.lua's `preset`, else `balanced`. An unknown key or
            a value out of range stops before anything is sent; a key that the endpoint has no field for is left out.
            `falhost explain` shows where each value comes from. Presets run in a sandbox, at each run anew.

            KEYS:
            \(table(keys).joined(separator: "\n"))
            """
        case .russian:
            """
            presets/<имя>.lua возвращает одну таблицу ключей; `extends` продолжает другой пресет:

              return {
                description = "Вертикальный кадр, много шагов",
                extends = "portrait",
                num_inference_steps = 50,
              }

            Важнее то, что названо позже: значения самой модели, пресет из `extends`, пресет, затем --set или таблица в
            вызове. Если пресет не назван, берётся `preset` из falhost.lua, иначе `balanced`. Неизвестный ключ или
            недопустимое значение останавливает до отправки; ключ, которого у модели нет, отбрасывается. `falhost explain`
            показывает, откуда взято каждое значение. Пресеты работают в песочнице и читаются при каждом запуске.

            КЛЮЧИ (описания по-английски):
            \(table(keys).joined(separator: "\n"))
            """
        }
    }

    static func rules(in language: Language) -> String {
        switch language {
        case .english:
            """
            scripts/rules/*.lua each return a function that gets the prompt and gives the one to use. They run one after
            another, in the order of their file names:

              return function(prompt, context)
                if context.avatar.training_type ~= "style" then return prompt end
                return prompt .. ", in the style of " .. context.avatar.name
              end

            `context` has avatar, preset, config, endpoint. The global `text` has functions for whole words in any
            alphabet: `falhost types --reference` lists them. A rule is text only, without files and network, and has
            16 MiB and 50 ms of processor time a call; what it raises is rule_failed, and nothing is sent.
            `falhost explain` shows the prompt after each rule.
            """
        case .russian:
            """
            Каждый файл scripts/rules/*.lua возвращает функцию: она получает промпт и возвращает тот, который пойдёт
            дальше. Правила выполняются по порядку имён файлов:

              return function(prompt, context)
                if context.avatar.training_type ~= "style" then return prompt end
                return prompt .. ", in the style of " .. context.avatar.name
              end

            В `context` есть avatar, preset, config, endpoint. Глобальная `text` сравнивает целые слова любого алфавита:
            список функций даёт `falhost types --reference`. Правилу недоступны файлы и сеть; на вызов даётся 16 МиБ и
            50 мс процессора. Ошибка в правиле – rule_failed, и ничего не отправляется. `falhost explain` показывает
            промпт после каждого правила.
            """
        }
    }

    static func policy(in language: Language) -> String {
        let example = """
              return function(job, spent)
                if spent.day > 10 then return false, "ten dollars are enough for a day" end
                if job.preset == "quality" and spent.run > 2 then return { preset = "fast" } end
                return true
              end
            """
        return switch language {
        case .english:
            """
            scripts/policy.lua returns a function that is asked about each job before it is sent:

            \(example)

            `job` has avatar, preset, config, endpoint, arguments, prompt, pictures, estimate (dollars, nil when unknown)
            and script; `spent` has run, day, jobs_run, jobs_day. It answers true, false with a reason (budget_exceeded,
            exit code \(ExitCode.stoppedByBudget.rawValue)), or a table that names another preset. A policy that fails lets nothing through. A fixed limit
            needs no policy: --budget 5.00, --budget-per-day 15.
            """
        case .russian:
            """
            scripts/policy.lua возвращает функцию, которую спрашивают о каждом задании до отправки:

            \(example)

            В `job` есть avatar, preset, config, endpoint, arguments, prompt, pictures, estimate (доллары, nil – цена
            неизвестна) и script; в `spent` – run, day, jobs_run, jobs_day. Ответ: true; false и причина (budget_exceeded,
            код завершения \(ExitCode.stoppedByBudget.rawValue)); или таблица с другим пресетом. Политика с ошибкой не пропускает ничего. Для твёрдого
            предела политика не нужна: --budget 5.00, --budget-per-day 15.
            """
        }
    }

    static func names(in language: Language) -> String {
        let fields = NameTemplate.Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
        return switch language {
        case .english:
            """
            Kept pictures are named by --name, FALHOST_NAME or `names` in falhost.lua, below --out or .falhost/images:

              --name '\(NameTemplate.usualText)'     the default

            FIELDS: \(fields)

            A value cannot lead out of its folder, a field without a value is left out, and a name that is taken gets a
            number. The contents themselves are kept once each, as .falhost/objects/<SHA-256>.
            """
        case .russian:
            """
            Имя картинки задают --name, FALHOST_NAME или `names` в falhost.lua; папку – --out, иначе .falhost/images:

              --name '\(NameTemplate.usualText)'     по умолчанию

            ПОЛЯ: \(fields)

            Значение не может вывести за пределы папки, поле без значения пропускается, занятое имя получает номер. Само
            содержимое хранится один раз: .falhost/objects/<SHA-256>.
            """
        }
    }

    static func errors(in language: Language) -> String {
        let rows = GenerationError.Code.allCases.map { code in
            let note = "\(code.kind.rawValue), \(code.exitCode)"
            return ("\(code.rawValue) (\(note))", code.summary(in: language))
        }
        return switch language {
        case .english:
            """
            An error has a code, which scripts branch on (`err.code`), and a kind: `value` is yours to mend, `runtime` is
            what fal, the network or the machine did. In brackets the kind and the exit code of a command that ends with it.

            \(table(rows).joined(separator: "\n"))
            """
        case .russian:
            """
            У ошибки есть код, по которому ветвятся скрипты (`err.code`), и вид: `value` исправляет вызывающий, `runtime` –
            это fal, сеть или машина. В скобках вид и код, с которым завершается команда.

            \(table(rows).joined(separator: "\n"))
            """
        }
    }

    static func exitCodes(in language: Language) -> String {
        let rows = ExitCode.allCases.map { (String($0.rawValue), $0.summary(in: language)) }
        let end =
            language == .russian
            ? "Скрипт может завершиться и своим кодом: os.exit(7)."
            : "A script may end with a code of its own: os.exit(7)."
        return (table(rows) + ["", end]).joined(separator: "\n")
    }

    static func environment(in language: Language) -> String {
        let rows = EnvironmentVariable.all.map { ($0.names, language == .russian ? $0.russian : $0.english) }
        let end =
            language == .russian
            ? "Флаг важнее переменной, переменная важнее falhost.lua."
            : "A flag goes before a variable, a variable before falhost.lua."
        return (rows.map { "  \($0)\n      \($1)" } + ["", end]).joined(separator: "\n")
    }

    /// Two columns; a first one that is too long has a line of its own.
    static func table(_ rows: [(String, String)]) -> [String] {
        let width = min(rows.map(\.0.count).max() ?? 0, 36)
        return rows.map { name, text in
            if name.count > width { return "  \(name)\n" + String(repeating: " ", count: width + 4) + text }
            return "  " + name + String(repeating: " ", count: width - name.count + 2) + text
        }
    }
}
