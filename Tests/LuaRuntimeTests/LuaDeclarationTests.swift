import EventLoop
import LuaRuntime
import Testing

/// Arguments are checked by their declaration before the function runs.
@Suite(.timeLimit(.minutes(5)))
struct LuaDeclarationTests {
    static let draw = LuaFunctionDeclaration(
        "m.draw", "Draws.",
        [
            .init("shape", .string, "what"), .init("count", .integer(1...9), "how many"),
            .init(
                "options",
                .options(
                    "m.DrawOptions",
                    [
                        .init("speed", .number(0...2), "how fast", default: "1"),
                        .init("colour", .word(["red", "blue"]), "which", optional: true),
                        .init("label", .string, "always"),
                    ]), "how", optional: true),
            .init("extra", .any, "anything", optional: true),
        ], example: "m.draw('dot', 1)")

    static let module = LuaModuleDeclaration(
        "m", "Draws things.",
        functions: [
            draw,
            LuaFunctionDeclaration(
                "m.nine", "Has more parameters than are packed.",
                (1...9).map { .init("p\($0)", .integer, "a number") }, example: "m.nine(1, 2, 3, 4, 5, 6, 7, 8, 9)"),
            LuaFunctionDeclaration(
                "m.six", "Uses both words of the masks.",
                (1...6).map { .init("p\($0)", .string, "a string", optional: $0 == 6) },
                example: "m.six('', '', '', '', '')"),
            LuaFunctionDeclaration(
                "m.rest", "Takes any number.", [.init("first", .boolean, "one"), .init("...", .any, "more")],
                example: "m.rest(true)"),
        ],
        classes: [
            LuaClassDeclaration(
                "m.Pen", "Draws too.",
                methods: [
                    LuaFunctionDeclaration(
                        "pen:dip", "Dips.", [.init("depth", .number, "how deep")], example: "m.pen():dip(1)")
                ])
        ])

    /// A chunk's results; every declared function gives the number of its arguments.
    private func run(_ source: String) async throws -> [String] {
        try await withLua { lua in
            let count: @LoopActor (LuaCall) -> Int32 = { call in
                call.stack.push(Int(call.argumentCount))
                return 1
            }
            lua.state.preload(
                LuaModule(
                    name: "m", declaration: { Self.module },
                    functions: [
                        LuaFunction("m.draw", count), LuaFunction("m.nine", count), LuaFunction("m.six", count),
                        LuaFunction("m.rest", count), LuaFunction("pen:dip", field: "_dip", count),
                        LuaFunction("m.draw", field: "undeclared", isChecked: false, count),
                    ],
                    prelude: .init(
                        """
                        local m, native = ...
                        local Pen = {}
                        Pen.__index = Pen
                        function Pen:dip(depth) return native._dip(self, depth) end
                        function m.pen() return setmetatable({}, Pen) end
                        return { ["m.Pen"] = Pen }
                        """, chunkName: "=[m]")))
            return try await lua.run("local m = require 'm'\n" + source)
        }
    }

    /// The lines of the error that a call raises.
    private func faults(_ call: String) async throws -> [String] {
        let output = try await run("local ok, e = pcall(function() \(call) end) out(ok, tostring(e))")
        let text = try #require(output.first)
        try #require(text.hasPrefix("false "), "\(text)")
        return text.dropFirst(6).split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        ("m.draw('dot', 3)", "2"), ("m.draw('dot', 3.0, nil)", "3"), ("m.draw('dot', 9, { label = 'x' })", "3"),
        ("m.draw('dot', 1, { label = 'x', speed = 2, colour = 'red' }, print, 5)", "5"),
        ("m.nine(1, 2, 3, 4, 5, 6, 7, 8, 9)", "9"), ("m.six('', '', '', '', '')", "5"),
        ("m.six('', '', '', '', '', nil)", "6"), ("m.rest(true, 1, {}, nil)", "4"), ("m.pen():dip(0.5)", "2"),
        ("m.undeclared({})", "1"),
    ])
    func acceptsWhatIsDeclared(call: String, result: String) async throws {
        #expect(try await run("out(\(call))") == [result])
    }

    @Test(arguments: [
        ("m.draw(1, 3)", "argument 1 (shape): string expected, got number"),
        ("m.draw('dot')", "argument 2 (count): integer from 1 to 9 expected, got no value"),
        ("m.draw('dot', 10)", "argument 2 (count): integer from 1 to 9 expected, got 10"),
        ("m.draw('dot', 1.5)", "argument 2 (count): integer from 1 to 9 expected, got 1.5"),
        ("m.draw('dot', '1')", "argument 2 (count): integer from 1 to 9 expected, got string"),
        ("m.draw('dot', 1, 'fast')", "argument 3 (options): table expected, got string"),
        ("m.draw('dot', 1, {})", "argument 3 (options): label: string expected, got nil"),
        ("m.draw('dot', 1, { label = '', speed = 0/0 })", "argument 3 (options): speed: number from 0 to 2 expected"),
        (
            "m.draw('dot', 1, { label = '', colour = 'rod' })",
            "argument 3 (options): colour: 'red' or 'blue' expected, got 'rod'; did you mean 'red'?"
        ),
        (
            "m.draw('dot', 1, { label = '', sped = 1 })",
            "argument 3 (options): unknown option 'sped'; did you mean 'speed'?"
        ),
        ("m.draw('dot', 1, { label = '', [1] = 1 })", "argument 3 (options): unknown option '1'"),
    ])
    func refusesWhatIsNot(call: String, reason: String) async throws {
        let faults = try await faults(call)
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("t.lua:2: m.draw: \(reason)") == true, "\(faults)")
    }

    @Test func theNinthParameterIsCheckedToo() async throws {
        let faults = try await faults("m.nine(1, 2, 3, 4, 5, 6, 7, 8, 'x')")
        #expect(faults == ["t.lua:2: m.nine: argument 9 (p9): integer expected, got string"])
        #expect(try await self.faults("m.six('', '', '', '', 5)").first?.contains("argument 5 (p5)") == true)
        #expect(try await self.faults("m.rest()").first?.contains("argument 1 (first)") == true)
    }

    @Test func allProblemsOfACallComeTogether() async throws {
        let faults = try await faults("m.draw(nil, 0, { speed = 'x', clour = 'red' })")
        #expect(
            faults == [
                "t.lua:2: m.draw: argument 1 (shape): string expected, got nil",
                "m.draw: argument 2 (count): integer from 1 to 9 expected, got 0",
                "m.draw: argument 3 (options): unknown option 'clour'; did you mean 'colour'?",
                "m.draw: argument 3 (options): speed: number from 0 to 2 expected, got string",
                "m.draw: argument 3 (options): label: string expected, got nil",
            ])
    }

    @Test func theErrorIsAValue() async throws {
        let output = try await run(
            """
            local ok, e = pcall(m.draw, 1, 0)
            out(e.code, e.kind, e.field, e.retryable, #e.details, e.details[2].field, e.details[2].message)
            """)
        #expect(
            output == [
                "validation value shape false 2 count m.draw: argument 2 (count): integer from 1 to 9 expected, got 0"
            ])
    }

    @Test func aMethodCountsItsArgumentsWithoutTheObject() async throws {
        #expect(
            try await faults("m.pen():dip('x')") == [
                "t.lua:2: pen:dip: argument 1 (depth): number expected, got string"
            ])
    }

    @Test func nothingOfThePreludesOwnIsVisible() async throws {
        let names = try await run("for name in pairs(m) do if name:find '^_' then out(name) end end out 'end'")
        #expect(names == ["end"])
    }

    /// Wrong calls must not leave anything on the stack of a function that catches and goes on.
    @Test func manyWrongCallsLeaveNothingBehind() async throws {
        let output = try await run(
            """
            local function all() for i = 1, 1000 do pcall(m.draw, i, {}, { x = i }) end collectgarbage() end
            all()
            local before = collectgarbage "count"
            all()
            out(collectgarbage "count" - before < 64)
            """)
        #expect(output == ["true"])
    }
}
