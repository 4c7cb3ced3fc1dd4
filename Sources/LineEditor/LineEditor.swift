import CEdit
package import EventLoop

/// A prompt on the terminal, with editing, history and completion.
///
/// libedit blocks, so it has a thread of its own: the loop goes on while the user types. What is written to standard
/// output and standard error meanwhile appears above the prompt.
@LoopActor
package final class LineEditor {
    /// How the reading of a line ended.
    package enum Line: Sendable, Equatable {
        /// Without its newline.
        case text(String)
        /// `interrupt()` was called.
        case interrupted
        /// Ctrl-D, or the terminal is gone.
        case end
    }

    /// The words that may stand for the last `length` characters before the cursor.
    package struct Completion: Sendable, Equatable {
        /// In Unicode scalars.
        package let length: Int
        /// In the order in which they are listed.
        package let words: [String]

        package init(length: Int, words: [String]) {
            self.length = length
            self.words = words
        }
    }

    /// Why there is no prompt to be had.
    package struct StartError: Error, CustomStringConvertible {
        /// One line.
        package let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    private let inbox: EditingInbox

    /// - Parameters:
    ///   - program: the name before the colon in lines of ~/.editrc that are for this program alone.
    ///   - input: descriptor of the terminal that keys come from.
    ///   - output: descriptor of the terminal that the prompt is shown on.
    ///   - history: a file of earlier lines that new ones are added to; nil for a history that is not kept.
    ///   - complete: the words that the text before the cursor may be completed with; asked on the loop.
    package init(
        program: String, input: Int32 = 0, output: Int32 = 1, history: HistoryFile?,
        complete: @escaping @LoopActor (String) -> Completion
    ) throws(StartError) {
        guard let inbox = EditingInbox() else { throw StartError("no descriptor is left for the prompt") }
        self.inbox = inbox
        let settings = EditingThread.Settings(
            program: program, input: input, output: output, history: history, complete: complete)
        try EditingThread.start(settings, inbox)
    }

    /// Shows `prompt` and gives the line that the user enters. One call at a time.
    ///
    /// - Parameter prompt: control sequences in it stand between U+0001 and U+0001.
    package func readLine(prompt: String) async -> Line {
        await withCheckedContinuation { continuation in
            inbox.send(.read(EditingInbox.Request(prompt: prompt, continuation: continuation)))
        }
    }

    /// Ends the line that is being read; nothing happens when none is.
    package func interrupt() { inbox.interrupt() }

    /// Ends the line that is being read, and all that are read later, with `.end`.
    package func endInput() { inbox.endInput() }

    /// Adds an entry to the history, unless it equals the last one. It may have several lines.
    package func remember(_ entry: String) { inbox.send(.remember(entry)) }

    /// Gives the terminal the settings that it had before the first prompt; for a signal handler that ends the process.
    package nonisolated static func restoreTerminal() { cedit_give_terminal_back() }

    /// Gives the terminal back; a line that is being read ends with `.end`. To be called once, at the end.
    package func close() async {
        await withCheckedContinuation { continuation in inbox.send(.close(continuation)) }
    }
}
