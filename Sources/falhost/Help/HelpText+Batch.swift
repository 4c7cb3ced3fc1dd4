import Generation

extension HelpText {
    static func batch(in language: Language) -> String {
        let example = """
              prompt,avatar,preset,file,seed
              "by the sea, {red|blue} coat",anna,fast,anna_sea,7
              "{{avatar}} at night",noir,,,
            """
        return switch language {
        case .english:
            """
            A .txt has a prompt a line (# begins a comment), a .jsonl an object a line, a .csv a header and a table:

            \(example)

            Columns are prompt, avatar, preset, file (the picture's name, without ending), config keys and variables of
            your own. A line without avatar or preset is made with each of --avatar and --preset. {a|b} is drawn for each
            job (--draw 7 draws the same again) or, with --combinations, each is made. {{name}} is a column, --var
            name=value, or number, line, avatar. A file with a bad line is refused whole, before anything is sent.

            --dry-run counts and estimates. After Ctrl-C, and when some failed, the last line is the command for the rest.
            """
        case .russian:
            """
            .txt – промпт в строке (# начинает комментарий), .jsonl – объект в строке, .csv – заголовок и таблица:

            \(example)

            Столбцы: prompt, avatar, preset, file (имя картинки без расширения), ключи конфигурации и свои переменные.
            Строка без аватара или пресета выполняется с каждым из --avatar и --preset. {a|b} выбирается для каждого
            задания (--draw 7 повторяет выбор), а с --combinations берутся все. {{имя}} – столбец, --var имя=значение или
            number, line, avatar. Файл с плохой строкой отвергается целиком, до отправки.

            --dry-run считает и оценивает. После Ctrl-C и после отказов последняя строка – команда для остатка.
            """
        }
    }
}
