// swift-tools-version: 6.2
import PackageDescription

// The map of falhost: every arrow between targets is here, and the build refuses an import that is not.

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// The Makefile's release build is for size; what each of a thousand jobs runs through is for speed.
let strictAndFast: [SwiftSetting] = strict + [.unsafeFlags(["-Xfrontend", "-O"], .when(configuration: .release))]

// What mostly waits for people, disks and servers is for size however it is built.
let strictAndSmall: [SwiftSetting] = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

let strictC: [CSetting] = [.treatAllWarnings(as: .error), .enableWarning("all"), .enableWarning("extra")]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "falhost",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "falhost", targets: ["falhost"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    ],
    targets: [
        // C: each library stops at one door.
        .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"]), .brew(["lua@5.4"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        // SHA-256: OpenSSL's libcrypto, which libcurl loads anyway; on macOS the system's own.
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CLinux", cSettings: strictC),
        // libedit's headers; its library is loaded when a line is to be edited.
        .target(name: "CEdit", cSettings: strictC),
        // libgd is loaded when a picture is to be read.
        .target(name: "CGD", cSettings: strictC),
        .target(name: "CLuaShims", dependencies: ["CLua"], cSettings: strictC),

        // The two sides that meet in Scripting: Lua, and the network.
        .target(name: "EventLoop", dependencies: ["CLinux"], swiftSettings: strictAndFast),
        .target(name: "LineEditor", dependencies: ["CEdit", "EventLoop"], swiftSettings: strictAndSmall),
        .target(name: "JSON", swiftSettings: strictAndFast),
        .target(name: "CSV", swiftSettings: strictAndSmall),
        .target(
            name: "Gallery", dependencies: ["CGD", "FalClient", "JSON"], exclude: ["Page", "Screenshots"],
            swiftSettings: strictAndSmall),
        .target(
            name: "LuaRuntime", dependencies: ["CLua", "CLuaShims", "EventLoop"], exclude: ["README.md"],
            swiftSettings: strictAndFast),
        .target(name: "HTTPTransport", dependencies: ["CCurl", "EventLoop"], swiftSettings: strictAndFast),
        .target(name: "FalClient", dependencies: ["HTTPTransport", "EventLoop", "JSON"], swiftSettings: strictAndFast),
        .target(
            name: "Generation", dependencies: ["FalClient", "EventLoop", "JSON", "CSV", "CCrypto", logging],
            swiftSettings: strictAndFast, linkerSettings: [.linkedLibrary("crypto", .when(platforms: [.linux]))]),
        .target(name: "Batch", dependencies: ["Generation", "JSON", "CSV"], swiftSettings: strictAndSmall),
        .target(
            name: "Training",
            dependencies: ["Generation", "FalClient", "Gallery", "EventLoop", "JSON", "CZlib"],
            swiftSettings: strictAndSmall),
        .target(
            name: "Store", dependencies: ["Generation", "FalClient", "EventLoop", "JSON", "CSQLite"],
            swiftSettings: strictAndFast),
        .target(
            name: "Scripting",
            dependencies: [
                "Generation", "Training", "FalClient", "HTTPTransport", "LuaRuntime", "EventLoop", "JSON", logging,
            ],
            swiftSettings: strictAndSmall),
        .target(
            name: "Simulator",
            dependencies: [
                "JSON", "CZlib", "CCrypto",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strictAndSmall, linkerSettings: [.linkedLibrary("crypto", .when(platforms: [.linux]))]),
        .target(
            name: "Webhooks",
            dependencies: [
                "JSON", "CCrypto",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strictAndSmall, linkerSettings: [.linkedLibrary("crypto", .when(platforms: [.linux]))]),
        .executableTarget(
            name: "falhost",
            dependencies: [
                "Scripting", "Generation", "Batch", "Store", "FalClient", "HTTPTransport", "LuaRuntime", "EventLoop",
                "JSON",
                "Simulator", "LineEditor", "Gallery", "Training", "Webhooks", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strictAndSmall),

        .executableTarget(
            name: "RuleBenchmark", dependencies: ["Scripting", "Generation", "EventLoop", "JSON", logging],
            path: "Tests/Benchmarks/RuleBenchmark", swiftSettings: strict),
        .executableTarget(
            name: "WebhookLoad",
            dependencies: [
                "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/Benchmarks/WebhookLoad", swiftSettings: strict),
        .executableTarget(
            name: "DroppingProxy", path: "Tests/CrashTest/DroppingProxy", swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["FalClient", "CZlib", "CCrypto", "EventLoop"],
            path: "Tests/TestSupport",
            swiftSettings: strict, linkerSettings: [.linkedLibrary("crypto", .when(platforms: [.linux]))]),
        // Telegram's Bot API on loopback, for the tests and to try a bot by hand.
        .target(
            name: "BotAPI",
            dependencies: [
                "JSON",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/BotAPI", swiftSettings: strict),
        .executableTarget(
            name: "BotAPIServer", dependencies: ["BotAPI"], path: "Tests/BotAPIServer", swiftSettings: strict),
        .testTarget(name: "EventLoopTests", dependencies: ["EventLoop"], swiftSettings: strict),
        .testTarget(
            name: "LineEditorTests", dependencies: ["LineEditor", "EventLoop", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(
            name: "GalleryTests", dependencies: ["Gallery", "FalClient", "Simulator", "TestSupport", "JSON"],
            swiftSettings: strict),
        .testTarget(name: "LuaRuntimeTests", dependencies: ["LuaRuntime", "EventLoop"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "TestSupport", "EventLoop"],
            swiftSettings: strict),
        .testTarget(
            name: "FalClientTests",
            dependencies: ["FalClient", "HTTPTransport", "EventLoop", "JSON", "Simulator", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "GenerationTests",
            dependencies: [
                "Generation", "Store", "FalClient", "HTTPTransport", "EventLoop", "JSON", "Simulator", "TestSupport",
                logging,
            ],
            exclude: ["Expected"], swiftSettings: strict),
        .testTarget(name: "BatchTests", dependencies: ["Batch", "JSON"], swiftSettings: strict),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "Generation", "Store", "FalClient", "Gallery", "HTTPTransport", "Simulator", "TestSupport",
                "EventLoop", "JSON", logging,
            ], swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "Generation", "FalClient", "TestSupport", "EventLoop", "JSON", "CSQLite"],
            swiftSettings: strict),
        .testTarget(
            name: "ScriptingTests",
            dependencies: [
                "Scripting", "Generation", "Training", "FalClient", "HTTPTransport", "LuaRuntime", "EventLoop", "JSON",
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SimulatorTests", dependencies: ["Simulator", "TestSupport", "JSON", "CZlib", "CCrypto"],
            swiftSettings: strict),
        .testTarget(
            name: "WebhooksTests",
            dependencies: [
                "Webhooks", "TestSupport", .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: strict),
        .testTarget(
            name: "falhostTests", dependencies: ["falhost", "TestSupport", "EventLoop", "Simulator", "JSON", "BotAPI"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
