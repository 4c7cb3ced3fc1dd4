import ArgumentParser
import Generation
import HTTPTransport
import LuaRuntime
import Store

extension Doctor {
    /// What falhost is made of.
    static func versions(_ language: Language) -> [Finding] {
        var findings = [Finding(.ok, .falhost, Falhost.configuration.version)]
        findings.append(lua(LuaState.release, language))
        findings.append(curl(language))
        findings.append(Finding(.ok, .sqlite, DatabaseHealth.sqliteVersion))
        return findings
    }

    /// The first release without the faults that text alone can reach (Lua's own list of bugs, 5.4.4 to 5.4.8).
    private static let soundLua = [5, 4, 8]

    /// - Parameter release: `Lua 5.4.4`, of the headers that falhost was built with.
    private static func lua(_ release: String, _ language: Language) -> Finding {
        let numbers = release.split(separator: " ").last?.split(separator: ".").compactMap { Int($0) } ?? []
        if !numbers.lexicographicallyPrecedes(soundLua) { return Finding(.ok, .lua, release) }
        return Finding(
            .note, .lua,
            "\(release): "
                + language.wording(
                    "binary chunks, coroutine.close and a memory limit have known faults there, which falhost guards against",
                    "в двоичном коде, coroutine.close и пределе памяти есть известные ошибки, от которых falhost защищается"
                ),
            advice: language.wording(
                "run only presets and rules whose authors you know, or build with liblua 5.4.8 or later",
                "берите пресеты и правила только у тех, кого знаете, или соберите с liblua 5.4.8 и новее"))
    }

    private static func curl(_ language: Language) -> Finding {
        guard let curl = CurlVersion.running else {
            return Finding(
                .problem, .libcurl, language.wording("it does not start", "не запускается"),
                advice: language.wording("reinstall libcurl", "переустановите libcurl"))
        }
        let tls = curl.tls ?? language.wording("no TLS", "без TLS")
        let http2 = curl.hasHTTP2 ? language.wording("yes", "есть") : language.wording("no", "нет")
        let text = "\(curl.number), \(tls), HTTP/2 \(http2)"
        if curl.tls == nil {
            return Finding(
                .problem, .libcurl, text,
                advice: language.wording(
                    "fal takes https only: install a libcurl with TLS",
                    "fal работает только по https: нужна libcurl с TLS"))
        }
        if curl.hasHTTP2 { return Finding(.ok, .libcurl, text) }
        return Finding(
            .note, .libcurl, text,
            advice: language.wording(
                "many jobs at a time need many connections without it",
                "без HTTP/2 многим заданиям сразу нужно много соединений"))
    }
}
