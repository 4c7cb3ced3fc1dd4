import Foundation

/// One run of the built `falhost`, as its user meets it.
struct FalhostProcess {
    let status: Int32
    let output: String
    let errors: String

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
    ) throws -> FalhostProcess {
        try run(arguments, environment: environment, input: input, folder: folder)
    }

    static func run(
        _ arguments: [String], environment: [String: String] = [:], input: Data = Data(), folder: URL? = nil
    ) throws -> FalhostProcess {
        let scratch = try TemporaryFolder()
        let outputFile = try scratch.file("output")
        let errorsFile = try scratch.file("errors")
        let inputFile = try scratch.file("input", contents: input)
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder ?? scratch.url
        process.environment = base(home: scratch.url.path).merging(environment) { $1 }
        // Files, not pipes: a child that writes more than a pipe holds would wait for a reader.
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorsFile)
        try process.run()
        process.waitUntilExit()
        return FalhostProcess(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errorsFile), as: UTF8.self))
    }

    private static func base(home: String) -> [String: String] {
        var environment = ["PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8"]
        // The sanitizers' and the coverage runtime's settings reach the child.
        for (name, value) in ProcessInfo.processInfo.environment
        where name.hasSuffix("_OPTIONS") || name.hasPrefix("LD_") || name == "LLVM_PROFILE_FILE" {
            environment[name] = value
        }
        return environment
    }
}
