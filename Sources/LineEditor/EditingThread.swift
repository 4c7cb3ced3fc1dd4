import CEdit
import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The thread that libedit runs on; everything here is touched by that thread alone.
final class EditingThread {
    struct Settings: Sendable {
        let program: String
        let input: Int32
        let output: Int32
        let history: HistoryFile?
        let complete: @LoopActor (String) -> LineEditor.Completion
    }

    /// Why libedit cannot be loaded; nil when it is there.
    private static let loadProblem: String? = cedit_load().map { String(cString: $0) }

    let settings: Settings
    let inbox: EditingInbox
    let screen: SharedScreen
    let answers: CompletionAnswers
    let editor: OpaquePointer
    let history: OpaquePointer?
    private let signals: TerminalSignals
    private let callbacks: UnsafeMutablePointer<cedit_callbacks>
    /// What `readLine` shows; ours to free.
    private(set) var prompt: UnsafeMutablePointer<CChar>?
    /// Why libedit was told to give the line up.
    private var givenUp: LineEditor.Line?
    private var lastEntry: String?
    private var toldHistoryProblem = false

    /// Starts the thread; returns when it is ready for a line, or throws why it cannot be.
    static func start(_ settings: Settings, _ inbox: EditingInbox) throws(LineEditor.StartError) {
        if let loadProblem {
            throw LineEditor.StartError("the prompt needs libedit (Debian: apt install libedit2): \(loadProblem)")
        }
        let start = Start(settings, inbox)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let unmanaged = Unmanaged.passRetained(start)
        let status = pthread_create(&thread, nil, editingThreadMain, unmanaged.toOpaque())
        guard status == 0 else {
            unmanaged.release()
            throw LineEditor.StartError("no thread for the prompt: \(String(cString: strerror(status)))")
        }
        pthread_detach(thread)
        if let problem = start.wait() { throw LineEditor.StartError(problem) }
    }

    /// Makes the editor, on its thread.
    fileprivate init(_ settings: Settings, _ inbox: EditingInbox) throws(LineEditor.StartError) {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        guard cedit_use_utf8() else {
            throw LineEditor.StartError("the prompt needs a UTF-8 locale, and the system has none (C.UTF-8)")
        }
        guard let screen = SharedScreen(settings.output), let answers = CompletionAnswers() else {
            throw LineEditor.StartError("no descriptor is left for the prompt")
        }
        // Scripts may end the process while a line is edited.
        cedit_keep_terminal(settings.input)
        callbacks = .allocate(capacity: 1)
        // libedit asks for nothing yet.
        callbacks.initialize(to: lineCallbacks(owner: nil))
        guard let editor = cedit_new(settings.program, settings.input, screen.stream, callbacks) else {
            callbacks.deallocate()
            throw LineEditor.StartError("libedit cannot have the terminal")
        }
        self.settings = settings
        self.inbox = inbox
        self.screen = screen
        self.answers = answers
        self.editor = editor
        history = cedit_history(editor, Int32(HistoryFile.entryLimit))
        signals = TerminalSignals(inbox.pipe)
        callbacks.pointee = lineCallbacks(owner: Unmanaged.passUnretained(self).toOpaque())
        for entry in settings.history?.entries ?? [] { enterHistory(entry) }
    }

    fileprivate func run() {
        while true {
            switch inbox.next() {
            case .read(let request):
                let line = read(request.prompt)
                inbox.readEnded()
                request.continuation.resume(returning: line)
            case .remember(let entry):
                remember(entry)
            case .close(let continuation):
                stop()
                return continuation.resume()
            }
        }
    }

    private func stop() {
        signals.restore()
        cedit_end(editor)
        if let history { cedit_history_end(history) }
        callbacks.deallocate()
        free(prompt)
        screen.close()
    }

    // MARK: A line

    private func read(_ prompt: String) -> LineEditor.Line {
        givenUp = nil
        free(self.prompt)
        self.prompt = strdup(prompt)
        screen.divert()
        var count: Int32 = 0
        let typed = cedit_line(editor, &count).map { String(cString: $0) }
        let line = ending(typed)
        screen.restore()
        return line
    }

    private func ending(_ typed: String?) -> LineEditor.Line {
        if let typed, givenUp == nil { return .text(typed.last == "\n" ? String(typed.dropLast()) : typed) }
        screen.write(moveBelow(), mark: givenUp == .interrupted ? "^C" : "")
        return givenUp ?? .end
    }

    /// One character from the terminal; meanwhile what other threads have to say. See `cedit_read`.
    func readCharacter(_ character: inout UInt32) -> Int32 {
        while true {
            givenUp = inbox.givingUp
            if givenUp != nil { return -1 }
            let ready = waitForInput([settings.input, inbox.pipe.readEnd, screen.outputEnd])
            if ready[1] { heed(inbox.pipe.take()) }
            if ready[0] { return TerminalCharacter.read(settings.input, &character) }
            if ready[2] { showOutput() }
        }
    }

    private func heed(_ bytes: [UInt8]) {
        if bytes.contains(TerminalSignals.continued) {
            cedit_prepare_terminal(editor)
            cedit_redraw(editor)
        } else if bytes.contains(TerminalSignals.resized) {
            // Terminals fold long lines anew: the prompt is where it is with the new width.
            screen.write(erasePrompt(), lines: [])
            cedit_resize(editor)
            cedit_redraw(editor)
        }
    }

    /// Puts what was printed meanwhile above the prompt.
    private func showOutput() {
        guard let lines = screen.takeLines() else { return }
        screen.write(erasePrompt(), lines: lines)
        cedit_redraw(editor)
    }

    // MARK: History

    private func enterHistory(_ entry: String) {
        lastEntry = entry
        if let history { cedit_history_add(history, entry) }
    }

    private func remember(_ entry: String) {
        guard entry != lastEntry, !entry.utf8.contains(0) else { return }
        enterHistory(entry)
        guard let file = settings.history else { return }
        do {
            try file.append(entry)
        } catch {
            if !toldHistoryProblem { screen.write("", lines: Array("falhost: \(error)\n".utf8)) }
            toldHistoryProblem = true
        }
    }
}

/// What the starting thread and the new one have in common until the latter is ready.
private final class Start: Sendable {
    let settings: EditingThread.Settings
    let inbox: EditingInbox
    private let problem = Locked<String??>(nil)
    private let ready = WakePipe()

    init(_ settings: EditingThread.Settings, _ inbox: EditingInbox) {
        self.settings = settings
        self.inbox = inbox
    }

    deinit { ready?.closeBoth() }

    func report(_ text: String?) {
        problem.withLock { $0 = .some(text) }
        ready?.wake()
    }

    func wait() -> String? {
        guard let ready else { return "no descriptor is left for the prompt" }
        while true {
            if let outcome = problem.withLock({ $0 }) { return outcome }
            _ = waitForInput([ready.readEnd])
        }
    }
}

#if canImport(Darwin)
    private func editingThreadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        runEditingThread(argument)
        return nil
    }
#else
    private func editingThreadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { runEditingThread(argument) }
        return nil
    }
#endif

private func runEditingThread(_ argument: UnsafeMutableRawPointer) {
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    do throws(LineEditor.StartError) {
        let thread = try EditingThread(start.settings, start.inbox)
        start.report(nil)
        thread.run()
    } catch {
        start.report(error.description)
    }
}
