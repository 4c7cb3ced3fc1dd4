package import EventLoop
package import Generation
package import Logging

/// Tells people which files were loaded anew, and once for each way in which one is broken.
@LoopActor
package final class ReloadLog {
    private let logger: Logger
    let language: Language
    /// What was said of the files that are broken now.
    private var reasons: [String: String] = [:]
    /// Why the files as they are now are not taken into use.
    private var refusal: String?

    /// What is broken now, a line each; the versions before are in use, if there are any.
    package var problems: [String] { reasons.values.sorted() + (refusal.map { [$0] } ?? []) }

    package nonisolated init(logger: Logger, language: Language) {
        self.logger = logger
        self.language = language
    }

    func reloaded(_ file: String) {
        if reasons.removeValue(forKey: file) != nil {
            logger.info(
                "\(russian ? "[FAL AI] Снова в порядке, загружен" : "[FAL AI] Well again and reloaded:") \(file)")
        } else {
            logger.info("\(russian ? "[FAL AI] Перезагружен" : "[FAL AI] Reloaded") \(file)")
        }
    }

    func removed(_ file: String) {
        reasons[file] = nil
        logger.info(
            "\(russian ? "[FAL AI] Больше не используется: файл удалён:" : "[FAL AI] No longer used, the file is gone:") \(file)"
        )
    }

    /// The version before `file` stays in use, or the file unused when there is none.
    func broken(_ file: String, _ error: GenerationError, hasOlder: Bool) {
        let reason = reason(file, error)
        guard reasons.updateValue(reason, forKey: file) != reason else { return }
        switch (hasOlder, russian) {
        case (true, false): logger.warning("\(reason); the version before stays in use")
        case (true, true): logger.warning("\(reason); остаётся прежняя версия")
        case (false, false): logger.warning("\(reason); the file is not used")
        case (false, true): logger.warning("\(reason); файл не используется")
        }
    }

    /// The project's tests fail with what has changed.
    func refused(_ reason: String) {
        refusal = reason
        logger.warning(
            "\(reason); \(russian ? "остаются прежние версии" : "the versions before stay in use")")
    }

    /// They pass now.
    func admitted() { refusal = nil }

    private var russian: Bool { language == .russian }

    /// Begins with the file, and with the line where that is known.
    private func reason(_ file: String, _ error: GenerationError) -> String {
        let text =
            switch error {
            case .brokenPreset(_, let fault): fault.message(in: language)
            case .ruleFailed(_, let fault): fault.message(in: language)
            default: error.message(in: language)
            }
        return text.hasPrefix(file) ? text : "\(file): \(text)"
    }
}
