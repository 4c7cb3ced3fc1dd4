import EventLoop
import FalClient
import Generation
import Store

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Looks at one thing after the other; changes nothing.
@LoopActor
struct Doctor {
    let host: Host

    // MARK: The project

    func project() async -> [Finding] {
        let project: Project
        do {
            project = try host.projectFolder()
        } catch {
            return [Finding(.problem, "project", "\(error)", advice: "falhost init FOLDER writes one")]
        }
        var findings = [Finding(.ok, "project", project.root.isEmpty ? "/" : project.root)]
        findings.append(presets())
        findings.append(trainingPresets())
        findings += await avatars()
        findings += await ledger()
        findings.append(pictures())
        if access(project.root + "/.env", F_OK) == 0 {
            findings.append(
                Finding(
                    .note, ".env", "falhost does not read it",
                    advice: "set the variables yourself: set -a; . ./.env; set +a; and keep the file out of git"))
        }
        return findings
    }

    private func presets() -> Finding {
        do {
            let source = try host.presets()
            let names = try source.presetNames()
            let faults = names.compactMap { name -> String? in
                do throws(GenerationError) {
                    let problems = try source.preset(named: name).problems
                    return problems.isEmpty ? nil : GenerationError.invalidConfig(problems).message(in: host.language)
                } catch {
                    return error.message(in: host.language)
                }
            }
            if let fault = faults.first {
                let more = faults.count > 1 ? " (and \(faults.count - 1) more)" : ""
                return Finding(.problem, "presets", fault + more, advice: "mend the file; it is read again at once")
            }
            if names.isEmpty {
                return Finding(
                    .problem, "presets", "there are none", advice: "falhost init FOLDER writes the usual six")
            }
            return Finding(.ok, "presets", names.joined(separator: ", "))
        } catch {
            return Finding(.problem, "presets", host.line(error))
        }
    }

    private func avatars() async -> [Finding] {
        do {
            let avatars = try await host.avatars().avatars()
            if avatars.isEmpty {
                return [Finding(.note, "avatars", "none yet", advice: "falhost avatars import avatars.json")]
            }
            let trained = avatars.filter { (try? TrainedAvatar($0)) != nil }
            var findings = [Finding(.ok, "avatars", "\(avatars.count), \(trained.count) of them can be drawn")]
            // Rules run on a prompt of an avatar: what they raise is told here.
            for avatar in trained.prefix(1) {
                do {
                    let request = GenerationRequest(avatar: .avatar(avatar), prompt: "smiling portrait in a park")
                    let steps = try await host.service().explain(request).steps
                    let names = steps.isEmpty ? "none" : steps.map(\.rule).joined(separator: ", ")
                    findings.append(Finding(.ok, "rules", names))
                } catch {
                    findings.append(Finding(.problem, "rules", host.line(error), advice: "falhost explain shows more"))
                }
            }
            return findings
        } catch {
            return [Finding(.problem, "avatars", host.line(error))]
        }
    }

    private func ledger() async -> [Finding] {
        do {
            guard host.settings.hasLedger else {
                return [Finding(.note, "ledger", "off (FALHOST_LEDGER): a crash loses what was paid for")]
            }
            let path = try host.databasePath()
            guard access(path, F_OK) == 0 else { return [Finding(.ok, "ledger", "\(path): not there yet")] }
            let health = try await DatabaseHealth.read(path: path)
            if let damage = health.damage {
                let advice = "copy the file away, then: sqlite3 falhost.db .recover | sqlite3 new.db"
                return [Finding(.problem, "ledger", "\(path): damaged: \(damage)", advice: advice)]
            }
            if health.version > health.knownVersion {
                return [
                    Finding(.problem, "ledger", "\(path): written by a newer falhost", advice: "use that falhost")
                ]
            }
            let open = try await host.ledger().jobs(JobFilter(states: Job.State.Name.open))
            let text = "\(path): sound, \(health.size / 1024) KiB, \(open.count) open job\(open.count == 1 ? "" : "s")"
            if open.isEmpty { return [Finding(.ok, "ledger", text)] }
            return [Finding(.note, "ledger", text, advice: "falhost resume brings them to their end")]
        } catch {
            return [Finding(.problem, "ledger", host.line(error))]
        }
    }

    private func pictures() -> Finding {
        do {
            let folder = try host.imageFolder()
            var place = folder
            while access(place, F_OK) != 0, place != "/" { place = Project.parent(place) }
            guard access(place, W_OK | X_OK) == 0 else {
                return Finding(.problem, "pictures", "'\(place)' cannot be written", advice: "name a folder with --out")
            }
            var information = statvfs()
            guard statvfs(place, &information) == 0 else { return Finding(.ok, "pictures", folder) }
            let free = (UInt64(information.f_bavail) * UInt64(information.f_frsize)) >> 20
            let text = "\(folder): \(free) MiB free"
            if free >= 200 { return Finding(.ok, "pictures", text) }
            return Finding(.problem, "pictures", text, advice: "make room: a picture takes up to some MiB")
        } catch {
            return Finding(.problem, "pictures", host.line(error))
        }
    }
}
