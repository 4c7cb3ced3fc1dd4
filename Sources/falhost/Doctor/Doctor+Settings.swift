import FalClient

extension Doctor {
    /// What the environment says.
    static func settings(_ settings: Settings) -> [Finding] {
        var findings = [key(settings)]
        if settings.testMode {
            findings.append(
                Finding(
                    .note, "test mode", "on: nothing leaves the process, pictures are made up",
                    advice: "unset AVATAR_TEST_MODE for real ones"))
        }
        if settings.simulate {
            findings.append(Finding(.note, "server", "the built-in simulator (--simulate)"))
        } else if !settings.hosts.isFal {
            findings.append(Finding(.note, "server", "not fal's own: \(settings.hosts.queue)"))
        }
        return findings
    }

    private static func key(_ settings: Settings) -> Finding {
        if let credentials = settings.credentials {
            return Finding(.ok, "key", "\(credentials) from \(settings.keySource ?? "the environment")")
        }
        if settings.testMode || settings.simulate { return Finding(.note, "key", "none, and none is needed here") }
        return Finding(.problem, "key", "there is none", advice: "set FAL_KEY=id:secret (fal.ai/dashboard/keys)")
    }
}
