import ArgumentParser
import HTTPTransport
import LuaRuntime
import Store

extension Doctor {
    /// What falhost is made of.
    static func versions() -> [Finding] {
        var findings = [Finding(.ok, "falhost", Falhost.configuration.version)]
        findings.append(lua(LuaState.release))
        findings.append(curl())
        findings.append(Finding(.ok, "SQLite", DatabaseHealth.sqliteVersion))
        return findings
    }

    /// The first release without the faults that text alone can reach (Lua's own list of bugs, 5.4.4 to 5.4.8).
    private static let soundLua = [5, 4, 8]

    /// - Parameter release: `Lua 5.4.4`, of the headers that falhost was built with.
    private static func lua(_ release: String) -> Finding {
        let numbers = release.split(separator: " ").last?.split(separator: ".").compactMap { Int($0) } ?? []
        if !numbers.lexicographicallyPrecedes(soundLua) { return Finding(.ok, "Lua", release) }
        return Finding(
            .note, "Lua",
            "\(release): binary chunks, coroutine.close and a memory limit have known faults there, which falhost guards against",
            advice: "run only presets and rules whose authors you know, or build with liblua 5.4.8 or later")
    }

    private static func curl() -> Finding {
        guard let curl = CurlVersion.running else {
            return Finding(.problem, "libcurl", "it does not start", advice: "reinstall libcurl")
        }
        let text = "\(curl.number), \(curl.tls ?? "no TLS"), HTTP/2 \(curl.hasHTTP2 ? "yes" : "no")"
        if curl.tls == nil {
            return Finding(.problem, "libcurl", text, advice: "fal takes https only: install a libcurl with TLS")
        }
        if curl.hasHTTP2 { return Finding(.ok, "libcurl", text) }
        return Finding(.note, "libcurl", text, advice: "many jobs at a time need many connections without it")
    }
}
