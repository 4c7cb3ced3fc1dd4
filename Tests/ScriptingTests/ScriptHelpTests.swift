import EventLoop
import FalClient
import Generation
import HTTPTransport
import Logging
import LuaRuntime
import Testing
import Training

@testable import Scripting

/// `help(x)` finds the declaration of what a script holds in its hand.
@Suite(.timeLimit(.minutes(5)))
struct ScriptHelpTests {
    /// A project that has nothing: the help needs none of it.
    @LoopActor
    private final class NoServices: ScriptServices {
        struct Missing: Error {}
        func service() throws -> GenerationService { throw Missing() }
        func client() throws -> FalClient { throw Missing() }
        func web() throws -> any Transport { throw Missing() }
        func jobs() throws -> JobRunner { throw Missing() }
        func ledger() throws -> any JobLedger { throw Missing() }
        func avatars() throws -> any AvatarStore { throw Missing() }
        func presets() throws -> any PresetSource { throw Missing() }
        func training() throws -> TrainingService { throw Missing() }
        func imageFolder() throws -> String { throw Missing() }
        func pictures() throws -> PictureKeeper { throw Missing() }
        let language = Language.english
        let logger = Logger(label: "test")
    }

    /// The help for the value of a Lua expression, nil when there is none.
    private func help(_ expression: String, after preparation: String = "") async throws -> String? {
        try await LoopActor.spawn { () -> String? in
            let services = NoServices()
            let state = try LuaState(.trusted)
            defer { state.close() }
            for module in scriptModules(services) { state.preload(module) }
            let source =
                "local fal, task, json = require 'fal', require 'task', require 'json' \(preparation) return \(expression)"
            let chunk = try state.load([UInt8](source.utf8), name: "=t")
            return try state.call(chunk) { stack, first, _ in ScriptHelp.text(for: first, on: stack) }
        }.value
    }

    @Test(arguments: [
        ("fal.run", "fal.run(endpoint [, arguments [, options]])\n"),
        // Functions of the prelude too, and methods of its classes.
        ("fal.subscribe", "fal.subscribe(endpoint [, arguments [, options]])\n"),
        ("json.encode", "json.encode(value [, options])\n"),
        ("task.spawn", "task.spawn(fn [, ...])\n"),
        ("'handle:events'", "handle:events()\n"),
        ("'fal.Config'", "fal.Config\n"),
        ("'fal.run'", "fal.run("),
        ("fal", "local fal = require \"fal\"\n"),
        ("'text'", "text\n"),
    ])
    func beginsWithTheSignature(expression: String, beginning: String) async throws {
        let text = try #require(try await help(expression))
        #expect(text.hasPrefix(beginning), "\(text)")
        #expect(!text.hasSuffix("\n"))
    }

    @Test func methodsAreFoundByTheirFunction() async throws {
        let method = "debug.getregistry()['falhost.class.fal.Handle'].result"
        #expect(try await help(method)?.hasPrefix("handle:result()") == true)
        let object = "setmetatable({}, debug.getregistry()['falhost.class.fal.Handle'])"
        #expect(try await help(object)?.hasPrefix("fal.Handle\n") == true)
    }

    @Test func saysEverythingOfAFunction() async throws {
        let text = try #require(try await help("fal.submit"))
        for part in [
            "\n    local job = fal.submit(", "Waits; other tasks go on.", "\nArguments\n  endpoint string",
            "\nFields of options\n", "  timeout? number", "(seconds, from 0 to 31536000)",
            "\nResults\n  handle fal.Handle",
            "\nRaises validation, missing_api_key,",
        ] {
            #expect(text.contains(part), "\(part) is not in:\n\(text)")
        }
    }

    @Test(arguments: ["print", "{}", "5", "nil", "'nothing'", "function() end", "io.stdout", "setmetatable({}, {})"])
    func knowsNothingOfEverythingElse(expression: String) async throws {
        #expect(try await help(expression) == nil)
    }

    @Test func theOverviewNamesEveryModule() async throws {
        let text = try await LoopActor.spawn { ScriptHelp.overview }.value
        for module in ScriptDeclarations.modules { #expect(text.contains("  \(module.name) ")) }
    }

    /// What the notation cannot rule out.
    @Test func declarationsKeepTheHousesRules() {
        for module in ScriptDeclarations.modules {
            for function in module.functions + module.classes.flatMap(\.methods) {
                #expect(function.summary.hasSuffix(".") && !function.summary.contains("\n"), "\(function.name)")
                #expect(!function.example.isEmpty)
                for value in function.parameters + function.results + function.parameters.flatMap(\.type.fields) {
                    #expect(!value.summary.isEmpty && !value.summary.hasSuffix("."), "\(function.name): \(value.name)")
                }
                let required = function.parameters.lastIndex { !$0.isOptional } ?? 0
                let optional = function.parameters.firstIndex(where: \.isOptional) ?? Int.max
                #expect(required < optional || required == 0, "\(function.name): a required one after an optional one")
            }
        }
    }

    /// Codes that the reference promises exist.
    @Test func everyCodeIsOneOfTheDomains() {
        let known = Set(GenerationError.Code.allCases.map(\.rawValue))
        for module in ScriptDeclarations.modules {
            for function in module.functions + module.classes.flatMap(\.methods) {
                #expect(Set(function.errors).subtracting(known).isEmpty, "\(function.name)")
            }
        }
    }
}
