import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// When text for people has colours.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

/// How commands that take long say how far they are.
enum ProgressChoice: String, ExpressibleByArgument, CaseIterable {
    /// A line that is redrawn where that is possible, else lines.
    case auto
    case plain
    case none
}

/// How output for people looks.
struct DisplayOptions: ParsableArguments {
    @Option(name: .customLong("color"), help: "Colours for people (FALHOST_COLOR).") var colours: ColourChoice?

    @Option(help: "How it is said how far things are (FALHOST_PROGRESS).") var progress: ProgressChoice?
}

/// What flags and variables say of colours and progress.
struct Display {
    private let colours: ColourChoice
    let progress: ProgressChoice

    /// Each from its flag, else from its variable.
    init(_ options: DisplayOptions) throws {
        colours = try options.colours ?? Self.choice("FALHOST_COLOR") ?? .auto
        progress = try options.progress ?? Self.choice("FALHOST_PROGRESS") ?? .auto
    }

    private static func choice<Choice: ExpressibleByArgument & CaseIterable & RawRepresentable<String>>(
        _ name: String
    ) throws -> Choice? {
        guard let word = Environment.value(name) else { return nil }
        guard let choice = Choice(rawValue: word) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError(.configuration, "\(name): '\(word)' is none of \(known)")
        }
        return choice
    }

    /// Whether what goes to this stream has colours; NO_COLOR (no-color.org) goes before CLICOLOR_FORCE.
    func isColoured(_ descriptor: Int32) -> Bool {
        switch colours {
        case .always: return true
        case .never: return false
        case .auto: break
        }
        if Environment.value("NO_COLOR") != nil { return false }
        if let force = Environment.value("CLICOLOR_FORCE"), force != "0" { return true }
        return isatty(descriptor) == 1 && Environment.value("TERM") != "dumb"
    }

    /// Whether a line at the bottom of the terminal is redrawn.
    var redraws: Bool { progress == .auto && StatusLine.isPossible }
}
