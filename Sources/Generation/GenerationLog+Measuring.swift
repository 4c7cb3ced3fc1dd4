internal import Logging

extension GenerationLog {
    /// How long a generation took, or what came of it in that time.
    func measured(_ time: Duration, _ error: GenerationError? = nil) {
        let seconds = Self.seconds(time)
        switch (language, error) {
        case (.english, nil): logger.info("[FAL AI] Generation finished in \(seconds) s")
        case (.russian, nil): logger.info("[FAL AI] Генерация завершена за \(seconds)с")
        case (.english, let error?):
            logger.error("[FAL AI] Generation failed after \(seconds) s: \(error.message(in: .english))")
        case (.russian, let error?):
            logger.error("[FAL AI] Ошибка генерации за \(seconds)с: \(error.message(in: .russian))")
        }
    }

    /// Two decimals.
    private static func seconds(_ time: Duration) -> String {
        let hundredths = Int((time / .milliseconds(10)).rounded())
        return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
    }
}
