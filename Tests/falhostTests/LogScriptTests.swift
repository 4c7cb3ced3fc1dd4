import Foundation
import Testing

/// `require "log"` with fields.
@Suite(.timeLimit(.minutes(5)))
struct LogScriptTests {
    @Test(arguments: [
        ("'sent', { name = 'a b', chat = 7, ok = true }", "sent chat=7 name=\"a b\" ok=true"),
        ("'a', 1, { b = 1.5 }", "a\t1 b=1.5"),
        ("{ only = 'fields' }", "only=fields"),
        ("'none', {}", "none"),
        ("'quotes', { a = 'x\"y\\n', b = '', c = 'k=v', d = 'й' }", "quotes a=\"x\\\"y\\n\" b=\"\" c=\"k=v\" d=й"),
        ("'nested', { t = { 1, { z = 'q' } }, null = json.null }", "nested null=null t=[1,{\"z\":\"q\"}]"),
        (
            "'secrets', { token = 'hidden', Api_Key = 'hidden', h = { Authorization = 'hidden', password = 'hidden' } }",
            "secrets Api_Key=******** h={\"Authorization\":\"********\",\"password\":\"********\"} token=********"
        ),
        ("'a job is named', { key = 'update-17-1' }", "a job is named key=update-17-1"),
        (
            "'in text', 'http://h/x?token=hidden', { u = 'https://a:hidden@h/' }",
            "in text\thttp://h/x?token=******** u=https://********@h/"
        ),
        ("'last only', 7, nil", "last only\t7\tnil"),
    ])
    func `A last table of named values gives fields`(arguments: String, line: String) async throws {
        let run = try await FalhostProcess.run("-e", "local json = require 'json' require('log').info(\(arguments))")
        #expect(
            run.errors.hasPrefix(line + "\n")
                || run.errors.hasPrefix(line.replacing("null=null", with: "null=\"userdata: (nil)\"")), "\(run.errors)")
        #expect(!run.errors.contains("hidden"))
    }

    @Test func `A list, an object with a metatable and an error stay what they were`() async throws {
        let run = try await FalhostProcess.run(
            "-e",
            """
            local log = require "log"
            log.info("x", { 1, 2 })
            log.info("x", setmetatable({ a = 1 }, { __tostring = function() return "object" end }))
            log.warning("x", { a = 1 })
            """)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasPrefix("x\ttable: 0x") && lines[1] == "x\tobject")
        #expect(lines.last == "warning: x a=1")
    }
}
