/// A variable that falhost reads, or several that belong together.
///
/// README.md names the same ones.
struct EnvironmentVariable {
    /// As they are listed: "FAL_KEY_ID and FAL_KEY_SECRET".
    let names: String
    let english: String
    let russian: String

    private init(_ names: String, _ english: String, _ russian: String) {
        self.names = names
        self.english = english
        self.russian = russian
    }

    /// All of them, the most used first.
    static let all = [
        EnvironmentVariable(
            "FAL_KEY", "the key, id:secret; it is taken out of the environment of scripts",
            "ключ, id:secret; из окружения скриптов он убирается"),
        EnvironmentVariable(
            "FAL_KEY_ID, FAL_KEY_SECRET, FAL_API_KEY, FAL_AI_API_KEY", "the key, where FAL_KEY is not set",
            "ключ, если FAL_KEY не задан"),
        EnvironmentVariable(
            "AVATAR_TEST_MODE", "true: nothing leaves the process, URLs are made up",
            "true: наружу ничего не уходит, адреса вымышлены"),
        EnvironmentVariable(
            "FALHOST_BASE_URL", "everything goes to this server (falhost simulate)",
            "всё идёт на этот сервер (falhost simulate)"),
        EnvironmentVariable(
            "FAL_RUN_HOST, FAL_QUEUE_RUN_HOST, FAL_REST_HOST", "single hosts, as in fal's own clients",
            "отдельные серверы, как в клиентах fal"),
        EnvironmentVariable(
            "FALHOST_BUDGET, FALHOST_BUDGET_PER_DAY, FALHOST_ASSUME_PRICE",
            "as --budget, --budget-per-day, --assume-price", "как --budget, --budget-per-day, --assume-price"),
        EnvironmentVariable(
            "FALHOST_JOBS_IN_FLIGHT, FALHOST_SUBMITS_PER_SECOND", "as --jobs-in-flight, --submits-per-second",
            "как --jobs-in-flight, --submits-per-second"),
        EnvironmentVariable(
            "FALHOST_ROOT, FALHOST_DB", "the project's folder; the database", "папка проекта; база данных"),
        EnvironmentVariable(
            "XDG_DATA_HOME",
            "outside of any project, with the installed presets: data are in falhost/ there (~/.local/share)",
            "вне проекта, с установленными пресетами, данные лежат там в falhost/ (~/.local/share)"),
        EnvironmentVariable(
            "FALHOST_NAME", "how kept pictures are named, as --name", "имена сохранённых картинок, как --name"),
        EnvironmentVariable(
            "FALHOST_METRICS_FILE", "metrics for Prometheus are written there, as --metrics-file",
            "туда пишутся метрики для Prometheus, как --metrics-file"),
        EnvironmentVariable(
            "FALHOST_LEDGER", "off: no record of jobs is kept, and nothing can be resumed",
            "off: задания не записываются, и продолжить их нельзя"),
        EnvironmentVariable(
            "FALHOST_HISTORY, XDG_STATE_HOME",
            "what was typed at the prompt (else $XDG_STATE_HOME/falhost/history, ~/.local/state/falhost/history)",
            "что вводилось в приглашении (иначе $XDG_STATE_HOME/falhost/history, ~/.local/state/falhost/history)"),
        EnvironmentVariable(
            "FALHOST_COLOR, FALHOST_PROGRESS", "as --color, --progress", "как --color, --progress"),
        EnvironmentVariable(
            "NO_COLOR, CLICOLOR_FORCE, TERM", "no colours; colours also in a pipe; dumb: neither colours nor redrawing",
            "без цвета; цвет и в канале; dumb: без цвета и перерисовки"),
        EnvironmentVariable(
            "CI", "no line that is redrawn", "строка хода работы не перерисовывается"),
        EnvironmentVariable(
            "FALHOST_LANG, LC_ALL, LC_MESSAGES, LANG", "ru or en for messages; the first that is set counts",
            "ru или en для сообщений; считается первая заданная"),
        EnvironmentVariable("FALHOST_LOG", "log level", "уровень журнала"),
        EnvironmentVariable(
            "FALHOST_PATIENCE", "seconds for which a failing call is made again (120)",
            "сколько секунд повторяется неудавшийся вызов (120)"),
        EnvironmentVariable(
            "HTTPS_PROXY, SSL_CERT_FILE", "as curl reads them, like its other variables",
            "как их читает curl, и другие его переменные"),
    ]
}
