import Generation
import LuaRuntime
import Scripting

extension HelpText {
    /// What a script can `require`.
    static func modules(in language: Language) -> String {
        let rows = ScriptDeclarations.modules.filter { !$0.isGlobal }.map { module in
            (module.name, module.functions.map { String($0.name.dropFirst(module.name.count + 1)) })
        }
        let names = rows.map { name, functions in "  \(name)\n" + wrapped(functions) }.joined(separator: "\n")
        return switch language {
        case .english:
            """
            A script gets its modules with `require`: local http = require "http". All of them wait without holding up other
            tasks. `http` reaches any server and sends no key of fal's; `fs` writes files whole or not at all; a last table
            of a log line gives fields; `task.stop_signal()` lets a script end by itself on Ctrl-C and SIGTERM.

            \(names)

            `falhost types --reference` has each function with its parameters and an example, help(fs.write) at the prompt
            one of them.
            """
        case .russian:
            """
            Скрипт получает модули через `require`: local http = require "http". Их ожидания не задерживают другие задачи.
            `http` обращается к любому серверу и не отправляет ключ fal; `fs` записывает файл целиком или никак; последняя
            таблица в строке журнала даёт поля; `task.stop_signal()` позволяет скрипту завершиться самому по Ctrl-C и SIGTERM.

            \(names)

            `falhost types --reference` показывает все функции с параметрами и примерами, help(fs.write) в строке ввода – одну.
            """
        }
    }

    /// Words in lines of at most a hundred letters, indented.
    private static func wrapped(_ words: [String]) -> String {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, last.count + word.count < 98 {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append("      \(word)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
