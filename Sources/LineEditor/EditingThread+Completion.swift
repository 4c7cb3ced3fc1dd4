import CEdit
import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The Tab key.
extension EditingThread {
    /// See `cedit_complete`.
    func completeWord() -> UInt8 {
        guard let line = cedit_typed(editor)?.pointee, let buffer = line.buffer, let cursor = line.cursor else {
            return UInt8(CC_ERROR)
        }
        let typed = Self.text(buffer, cursor)
        if typed.allSatisfy(\.isWhitespace) { return insert("  ", replacing: 0) }
        guard let completion = answers.ask(typed, settings.complete), let first = completion.words.first else {
            return UInt8(CC_ERROR)
        }
        let common = completion.words.dropFirst().reduce(first) { Self.commonPrefix($0, $1) }
        let word = typed.unicodeScalars.suffix(completion.length)
        if completion.words.count == 1 || common.unicodeScalars.count > word.count {
            return insert(common, replacing: completion.length)
        }
        let list = CandidateList(completion.words).text(columns: screen.columns)
        screen.write(moveBelow(), lines: Array(("\n" + list).utf8))
        cedit_redraw(editor)
        return UInt8(CC_NORM)
    }

    private func insert(_ text: String, replacing length: Int) -> UInt8 {
        cedit_delete(editor, Int32(length))
        return UInt8(cedit_insert(editor, text) ? CC_REFRESH : CC_ERROR)
    }

    private static func commonPrefix(_ first: String, _ second: String) -> String {
        let count = zip(first.unicodeScalars, second.unicodeScalars).prefix { $0 == $1 }.count
        return String(String.UnicodeScalarView(first.unicodeScalars.prefix(count)))
    }
}

/// Asks the loop for completions and waits for the answer, for a while: the loop may be busy.
final class CompletionAnswers: Sendable {
    private static let patience: Duration = .milliseconds(500)

    private let latest = Locked<(question: Int, answer: LineEditor.Completion?)>((0, nil))
    private let pipe: WakePipe

    init?() {
        guard let pipe = WakePipe() else { return nil }
        self.pipe = pipe
    }

    /// Nil when no answer came in time; one that comes later is ignored.
    func ask(
        _ text: String, _ complete: @escaping @LoopActor (String) -> LineEditor.Completion
    ) -> LineEditor.Completion? {
        let number = latest.withLock { latest in
            latest = (latest.question + 1, nil)
            return latest.question
        }
        LoopActor.spawn { [self] in give(complete(text), to: number) }
        let end = ContinuousClock.now + Self.patience
        while true {
            if let answer = latest.withLock({ $0.answer }) { return answer }
            let left = (end - .now) / .milliseconds(1)
            if left <= 0 { return nil }
            if waitForInput([pipe.readEnd], milliseconds: Int32(left.rounded(.up)))[0] { _ = pipe.take() }
        }
    }

    private func give(_ answer: LineEditor.Completion, to question: Int) {
        let isAwaited = latest.withLock { latest in
            guard latest.question == question else { return false }
            latest.answer = answer
            return true
        }
        if isAwaited { pipe.wake() }
    }

    // The pipe stays: an answer may still be on its way, and a prompt lives as long as its program.
}
