/// The command line of lua(1): what its options ask for, before anything runs (Lua manual §7).
struct LuaCommandLine: Equatable {
    /// What is done before the script, in the order of the options.
    enum Step: Equatable {
        case chunk([UInt8])
        case library(module: [UInt8], global: [UInt8])
        case warnings
    }

    enum Script: Equatable {
        case file([UInt8])
        case standardInput
    }

    /// An option that lua(1) does not have, or one without its argument.
    struct Mistake: Error, Equatable {
        let option: [UInt8]

        var description: [UInt8] {
            let needsArgument = option.dropFirst().first.map { "el".utf8.contains($0) } ?? false
            return needsArgument
                ? Array("'".utf8) + option + Array("' needs argument".utf8)
                : Array("unrecognized option '".utf8) + option + Array("'".utf8)
        }
    }

    let words: [[UInt8]]
    /// The word that has index 0 in the table `arg`: the script's, else the interpreter's own.
    private(set) var origin: Int
    private(set) var steps: [Step] = []
    private(set) var script: Script?
    private(set) var isInteractive = false
    private(set) var showsVersion = false
    private(set) var ignoresEnvironment = false

    /// Nothing to run was named: standard input is, or a session at a terminal.
    var isEmpty: Bool {
        let hasChunk = steps.contains { if case .chunk = $0 { true } else { false } }
        return script == nil && !showsVersion && !hasChunk
    }

    /// - Parameter programLength: how many of the words name the interpreter: `lua`, or `falhost lua`.
    init(_ words: [[UInt8]], programLength: Int) throws(Mistake) {
        self.words = words
        origin = programLength - 1
        var index = programLength
        while index < words.count, words[index].first == UInt8(ascii: "-") {
            let word = words[index]
            if word == Array("-".utf8) { break }
            if word == Array("--".utf8) {
                index += 1
                break
            }
            index += try read(word, following: index + 1 < words.count ? words[index + 1] : nil)
        }
        guard index < words.count else { return }
        origin = index
        let isStandardInput = words[index] == Array("-".utf8) && words[index - 1] != Array("--".utf8)
        script = isStandardInput ? .standardInput : .file(words[index])
    }

    /// Takes one option: the number of words it is.
    private mutating func read(_ word: [UInt8], following: [UInt8]?) throws(Mistake) -> Int {
        let letter = word.count > 1 ? word[1] : 0
        let rest = Array(word.dropFirst(2))
        switch letter {
        case UInt8(ascii: "e"), UInt8(ascii: "l"):
            var value = rest
            if rest.isEmpty {
                guard let following, following.first != UInt8(ascii: "-") else { throw Mistake(option: word) }
                value = following
            }
            steps.append(letter == UInt8(ascii: "e") ? .chunk(value) : Self.library(value))
            return rest.isEmpty ? 2 : 1
        case _ where !rest.isEmpty:
            throw Mistake(option: word)
        case UInt8(ascii: "E"): ignoresEnvironment = true
        case UInt8(ascii: "W"): steps.append(.warnings)
        case UInt8(ascii: "v"): showsVersion = true
        case UInt8(ascii: "i"):
            isInteractive = true
            showsVersion = true
        default:
            throw Mistake(option: word)
        }
        return 1
    }

    /// `mod`, or `g=mod`.
    private static func library(_ value: [UInt8]) -> Step {
        guard let equals = value.firstIndex(of: UInt8(ascii: "=")) else {
            return .library(module: value, global: value)
        }
        return .library(module: Array(value[(equals + 1)...]), global: Array(value[..<equals]))
    }

    /// What lua(1) says besides the mistake.
    static func usage(_ program: [UInt8]) -> [UInt8] {
        Array("usage: ".utf8) + program
            + Array(
                """
                 [options] [script [args]]
                Available options are:
                  -e stat   execute string 'stat'
                  -i        enter interactive mode after executing 'script'
                  -l mod    require library 'mod' into global 'mod'
                  -l g=mod  require library 'mod' into global 'g'
                  -v        show version information
                  -E        ignore environment variables
                  -W        turn warnings on
                  --        stop handling options
                  -         stop handling options and execute stdin

                """.utf8)
    }
}
