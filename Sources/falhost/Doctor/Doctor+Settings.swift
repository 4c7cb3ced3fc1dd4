import FalClient
import Generation

extension Doctor {
    /// What the environment says.
    static func settings(_ settings: Settings, _ language: Language) -> [Finding] {
        var findings = [key(settings, language)]
        if settings.testMode {
            findings.append(
                Finding(
                    .note, .testMode,
                    language.wording(
                        "on: nothing leaves the process, pictures are made up",
                        "включён: ничего не отправляется, картинки условные"),
                    advice: language.wording(
                        "unset AVATAR_TEST_MODE for real ones", "для настоящих уберите AVATAR_TEST_MODE")))
        }
        if settings.simulate {
            let text = language.wording("the built-in simulator (--simulate)", "встроенный симулятор (--simulate)")
            findings.append(Finding(.note, .server, text))
        } else if !settings.hosts.isFal {
            findings.append(
                Finding(.note, .server, language.wording("not fal's own: ", "не fal: ") + settings.hosts.queue))
        }
        return findings
    }

    private static func key(_ settings: Settings, _ language: Language) -> Finding {
        if let credentials = settings.credentials {
            let source = settings.keySource ?? language.wording("the environment", "окружения")
            return Finding(.ok, .key, "\(credentials) " + language.wording("from", "из") + " \(source)")
        }
        if settings.testMode || settings.simulate {
            let text = language.wording("none, and none is needed here", "нет, и здесь он не нужен")
            return Finding(.note, .key, text)
        }
        let place = "FAL_KEY=id:secret (fal.ai/dashboard/keys)"
        return Finding(
            .problem, .key, language.wording("there is none", "его нет"),
            advice: language.wording("set ", "задайте ") + place)
    }
}
