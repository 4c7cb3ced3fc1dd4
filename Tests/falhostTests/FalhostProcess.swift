import Foundation

/// One run of the built `falhost`, as its user meets it.
struct FalhostProcess {
    let status: Int32
    let output: String
    let errors: String

    /// The lines on standard error without the log lines around each generation.
    var complaints: [String] {
        errors.split(separator: "\n").map(String.init).filter { !$0.contains("[FAL AI]") }
    }

    /// The project that the repository itself is.
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The executable beside the test runner.
    static var executable: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("falhost")
    }

    /// Runs falhost to its end with no more environment than a path, a home and what is given.
    static func run(
        _ arguments: String..., environment: [String: String] = [:], input: Data = Data(), folder: URL? = nil
    ) async throws -> FalhostProcess {
        try await run(arguments, environment: environment, input: input, folder: folder)
    }

    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: Data = Data(), folder: URL? = nil
    ) async throws -> FalhostProcess {
        try await RunningFalhost(arguments, environment: environment, input: input, folder: folder).ending()
    }

    /// The same for a static value, which cannot wait for a process without blocking a thread of the tests.
    static func runBlocking(_ arguments: String..., folder: URL? = nil) throws -> FalhostProcess {
        try RunningFalhost(arguments, folder: folder).endingBlocking()
    }

    /// Runs a shell command, to which `$FALHOST` is the program: for redirections, and for bytes that are no text.
    static func shell(_ command: String, folder: URL? = nil) async throws -> FalhostProcess {
        try await RunningFalhost(
            ["-c", command], environment: ["FALHOST": executable.path], folder: folder,
            executable: URL(fileURLWithPath: "/bin/sh")
        ).ending()
    }

    /// What is set for every run.
    static func base(home: String) -> [String: String] {
        // The patience that a paid result deserves would make each test of a failing fal take two minutes.
        var environment = ["PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", "FALHOST_PATIENCE": "2"]
        // The sanitizers' and the coverage runtime's settings reach the child.
        for (name, value) in ProcessInfo.processInfo.environment
        where name.hasSuffix("_OPTIONS") || name.hasPrefix("LD_") || name == "LLVM_PROFILE_FILE" {
            environment[name] = value
        }
        return environment
    }
}
