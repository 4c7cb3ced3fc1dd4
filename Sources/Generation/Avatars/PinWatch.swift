package import EventLoop
package import FalClient
package import Logging

/// Asks once for each pinned LoRA file, beside its first generation, whether it is still the pinned one.
///
/// Nothing waits for the answer, and what gives no verdict is not mentioned.
@LoopActor
package final class PinWatch {
    private let client: FalClient
    private let logger: Logger
    private let language: Language
    /// By avatar and pin: a file that is pinned anew is looked at anew.
    private var verdicts: [Subject: PinVerdict?] = [:]
    private var questions = 0

    /// Questions at a time; a file that finds no place is looked at beside a later generation.
    private static let mostQuestions = 4
    private static let patience = Duration.seconds(8)

    private struct Subject: Hashable {
        let id: String
        let url: String
        let sha256: String

        init?(_ avatar: Avatar) {
            guard let url = avatar.diffusersLoraFileURL, let sha256 = avatar.loraSHA256 else { return nil }
            (self.id, self.url, self.sha256) = (avatar.id, url, sha256)
        }
    }

    package init(client: FalClient, logger: Logger, language: Language) {
        self.client = client
        self.logger = logger
        self.language = language
    }

    /// Asks for the avatar's file, unless that has been done or there is no pin; returns at once.
    func look(at avatar: Avatar) {
        guard let subject = Subject(avatar), verdicts[subject] == nil, questions < Self.mostQuestions else { return }
        verdicts[subject] = .some(nil)
        questions += 1
        _ = LoopActor.spawn { [client] in
            let answer = await client.file(at: subject.url, within: Self.patience)
            self.take(answer, of: avatar, subject)
        }
    }

    /// Whether the avatar's file is known to be another than the pinned one, or gone.
    func isChanged(_ avatar: Avatar) -> Bool {
        guard let subject = Subject(avatar), case .some(.some(let verdict)) = verdicts[subject] else { return false }
        return verdict.fault(in: .english) != nil
    }

    private func take(_ answer: FileAnswer, of avatar: Avatar, _ subject: Subject) {
        questions -= 1
        let verdict = PinVerdict(avatar, answer)
        verdicts[subject] = .some(verdict)
        guard let fault = verdict?.fault(in: language) else { return }
        let text = language.wording(
            "Avatar \(avatar.id): \(fault); falhost avatars pin \(avatar.id) compares what is in it",
            "Аватар \(avatar.id): \(fault); falhost avatars pin \(avatar.id) сравнит содержимое")
        logger.warning("[FAL AI] \(text)")
    }
}
