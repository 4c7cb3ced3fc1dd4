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

    /// In which the findings are told.
    let language: Language

    func line(_ error: any Error) -> String { "\(commandError(error, language))" }

    // MARK: The project

    func project() async -> [Finding] {
        let project: Project
        do {
            project = try host.projectFolder(language)
        } catch {
            return [
                Finding(
                    .problem, .project, "\(error)",
                    advice: language.wording("falhost init FOLDER writes one", "его создаёт falhost init ПАПКА"))
            ]
        }
        var findings = [Finding(.ok, .project, project.root.isEmpty ? "/" : project.root)]
        findings.append(presets())
        findings.append(trainingPresets())
        findings += await avatars()
        findings += await ledger()
        findings.append(pictures())
        if access(project.root + "/.env", F_OK) == 0 {
            findings.append(
                Finding(
                    .note, .dotEnv, language.wording("falhost does not read it", "falhost его не читает"),
                    advice: language.wording(
                        "set the variables yourself: set -a; . ./.env; set +a; and keep the file out of git",
                        "задайте переменные сами: set -a; . ./.env; set +a; и не храните файл в git")))
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
                    return problems.isEmpty ? nil : GenerationError.invalidConfig(problems).message(in: language)
                } catch {
                    return error.message(in: language)
                }
            }
            if let fault = faults.first {
                let rest = faults.count - 1
                let more = rest > 0 ? language.wording(" (and \(rest) more)", " (и ещё \(rest))") : ""
                return Finding(
                    .problem, .presets, fault + more,
                    advice: language.wording(
                        "mend the file; it is read again at once", "исправьте файл: он сразу читается заново"))
            }
            if names.isEmpty {
                return Finding(
                    .problem, .presets, language.wording("there are none", "их нет"),
                    advice: language.wording(
                        "falhost init FOLDER writes the usual six", "falhost init ПАПКА создаёт шесть обычных"))
            }
            return Finding(.ok, .presets, names.joined(separator: ", "))
        } catch {
            return Finding(.problem, .presets, line(error))
        }
    }

    private func avatars() async -> [Finding] {
        do {
            let avatars = try await host.avatars().avatars()
            if avatars.isEmpty {
                return [
                    Finding(
                        .note, .avatars, language.wording("none yet", "пока нет"),
                        advice: "falhost avatars import avatars.json")
                ]
            }
            let trained = avatars.filter { (try? TrainedAvatar($0)) != nil }
            let (all, drawn) = (avatars.count, trained.count)
            let text = language.wording("\(all), \(drawn) of them can be drawn", "\(all), можно рисовать: \(drawn)")
            var findings = [Finding(.ok, .avatars, text)]
            // Rules run on a prompt of an avatar: what they raise is told here.
            for avatar in trained.prefix(1) {
                do {
                    let request = GenerationRequest(avatar: .avatar(avatar), prompt: "smiling portrait in a park")
                    let steps = try await host.service().explain(request).steps
                    let names =
                        steps.isEmpty ? language.wording("none", "нет") : steps.map(\.rule).joined(separator: ", ")
                    findings.append(Finding(.ok, .rules, names))
                } catch {
                    findings.append(
                        Finding(
                            .problem, .rules, line(error),
                            advice: language.wording("falhost explain shows more", "подробнее: falhost explain")))
                }
            }
            return findings
        } catch {
            return [Finding(.problem, .avatars, line(error))]
        }
    }

    private func ledger() async -> [Finding] {
        do {
            guard host.settings.hasLedger else {
                let text = language.wording(
                    "off (FALHOST_LEDGER): a crash loses what was paid for",
                    "выключен (FALHOST_LEDGER): при сбое теряется оплаченное")
                return [Finding(.note, .ledger, text)]
            }
            let path = try host.databasePath()
            guard access(path, F_OK) == 0 else {
                return [Finding(.ok, .ledger, "\(path): " + language.wording("not there yet", "ещё нет"))]
            }
            let health = try await DatabaseHealth.read(path: path)
            if let damage = health.damage {
                let recovery = "sqlite3 falhost.db .recover | sqlite3 new.db"
                return [
                    Finding(
                        .problem, .ledger, "\(path): " + language.wording("damaged", "повреждён") + ": \(damage)",
                        advice: language.wording("copy the file away, then: ", "скопируйте файл, затем: ") + recovery)
                ]
            }
            if health.version > health.knownVersion {
                return [
                    Finding(
                        .problem, .ledger,
                        "\(path): " + language.wording("written by a newer falhost", "записан более новым falhost"),
                        advice: language.wording("use that falhost", "пользуйтесь им"))
                ]
            }
            let open = try await host.ledger().jobs(JobFilter(states: Job.State.Name.open))
            let jobs = language.count(
                open.count, "open job", ("открытое задание", "открытых задания", "открытых заданий"))
            let text = "\(path): " + language.wording("sound", "исправен") + ", \(health.size / 1024) KiB, \(jobs)"
            if open.isEmpty { return [Finding(.ok, .ledger, text)] }
            return [
                Finding(
                    .note, .ledger, text,
                    advice: language.wording("falhost resume brings them to their end", "их завершит falhost resume"))
            ]
        } catch {
            return [Finding(.problem, .ledger, line(error))]
        }
    }

    private func pictures() -> Finding {
        do {
            let folder = try host.imageFolder()
            var place = folder
            while access(place, F_OK) != 0, place != "/" { place = Project.parent(place) }
            guard access(place, W_OK | X_OK) == 0 else {
                return Finding(
                    .problem, .pictures,
                    language.wording("'\(place)' cannot be written", "в «\(place)» нельзя писать"),
                    advice: language.wording("name a folder with --out", "укажите папку: --out"))
            }
            var information = statvfs()
            guard statvfs(place, &information) == 0 else { return Finding(.ok, .pictures, folder) }
            let free = (UInt64(information.f_bavail) * UInt64(information.f_frsize)) >> 20
            let text = "\(folder): " + language.wording("\(free) MiB free", "свободно \(free) MiB")
            if free >= 200 { return Finding(.ok, .pictures, text) }
            return Finding(
                .problem, .pictures, text,
                advice: language.wording(
                    "make room: a picture takes up to some MiB",
                    "освободите место: картинка занимает до нескольких MiB"))
        } catch {
            return Finding(.problem, .pictures, line(error))
        }
    }
}
