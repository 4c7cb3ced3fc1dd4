import EventLoop
import FalClient
import Generation

extension Doctor {
    /// Files that are asked for, at a time and at most, and how long that may take.
    private static let pinsAtATime = 8
    private static let mostPins = 500
    private static let pinPatience = Duration.seconds(8)
    private static let pinDeadline = Duration.seconds(30)

    /// Whether pinned LoRA files are still what they were, without fetching them.
    func pins() async -> [Finding] {
        if host.settings.testMode || host.settings.simulate { return [] }
        do {
            let pinned = try await host.avatars().avatars().filter { $0.isPinned && !$0.isArchived }
            if pinned.isEmpty { return [] }
            return findings(try await verdicts(Array(pinned.prefix(Self.mostPins))), of: pinned)
        } catch {
            return [Finding(.problem, .pins, line(error))]
        }
    }

    /// One for each avatar that was asked for before the time was up.
    private func verdicts(_ avatars: [Avatar]) async throws -> [(avatar: Avatar, verdict: PinVerdict)] {
        let client = try host.client()
        let deadline = ContinuousClock.now + Self.pinDeadline
        var rest = avatars[...]
        var verdicts: [(Avatar, PinVerdict)] = []
        while !rest.isEmpty, .now < deadline {
            let questions = rest.prefix(Self.pinsAtATime).map { avatar in
                (
                    avatar,
                    LoopActor.spawn {
                        await client.file(at: avatar.diffusersLoraFileURL ?? "", within: Self.pinPatience)
                    }
                )
            }
            rest = rest.dropFirst(questions.count)
            for (avatar, question) in questions {
                if let verdict = PinVerdict(avatar, try await question.value) { verdicts.append((avatar, verdict)) }
            }
        }
        return verdicts
    }

    private func findings(_ verdicts: [(avatar: Avatar, verdict: PinVerdict)], of pinned: [Avatar]) -> [Finding] {
        func names(_ isMeant: (PinVerdict) -> Bool) -> [String] {
            verdicts.filter { isMeant($0.verdict) }.map(\.avatar.id)
        }
        var findings: [Finding] = []
        for (avatar, verdict) in verdicts {
            guard let fault = verdict.fault(in: language) else { continue }
            let advice =
                verdict == .gone
                ? language.wording("train it again, or name its new file", "обучите его снова или укажите новый файл")
                : language.wording(
                    "falhost avatars pin \(avatar.id) compares what is in it; with --accept it pins the new file",
                    "falhost avatars pin \(avatar.id) сравнит содержимое; с --accept закрепит новый файл")
            findings.append(Finding(.problem, .pins, "\(avatar.id): \(fault)", advice: advice))
        }
        let same = names { $0 == .same }
        if !same.isEmpty {
            findings.append(
                Finding(
                    .ok, .pins,
                    language.wording(
                        "\(same.count) of \(pinned.count) LoRA files are as they were pinned, as their servers say",
                        "\(same.count) из \(pinned.count) LoRA файлов, по словам серверов, прежние")))
        }
        let sameSize = names { $0 == .sameSize }
        if !sameSize.isEmpty {
            findings.append(
                Finding(
                    .note, .pins,
                    language.wording(
                        "only the size is known to be as it was pinned: \(Self.list(sameSize))",
                        "известно лишь, что размер прежний: \(Self.list(sameSize))"),
                    advice: language.wording(
                        "falhost avatars pin ID compares what is in it, and takes down its ETag too",
                        "falhost avatars pin ID сравнит содержимое и запомнит ещё и ETag")))
        }
        for (avatar, verdict) in verdicts {
            guard case .unknown(let reason) = verdict else { continue }
            findings.append(
                Finding(
                    .note, .pins,
                    language.wording("\(avatar.id): not known: \(reason)", "\(avatar.id): неизвестно: \(reason)"),
                    advice: language.wording(
                        "falhost avatars pin \(avatar.id) fetches the file and compares it",
                        "falhost avatars pin \(avatar.id) загрузит файл и сравнит")))
        }
        let rest = pinned.count - verdicts.count
        if rest > 0 {
            findings.append(
                Finding(
                    .note, .pins,
                    language.wording(
                        "\(rest) more LoRA files were not asked for", "ещё \(rest) LoRA файлов не проверены"),
                    advice: language.wording(
                        "falhost avatars pin ID… compares them", "falhost avatars pin ID… сравнит их")))
        }
        return findings
    }

    /// The first few.
    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", … (\(names.count))" : "")
    }
}
