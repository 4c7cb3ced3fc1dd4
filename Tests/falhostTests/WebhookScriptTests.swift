import Foundation
import Testing

/// `http.receive` under `falhost serve`.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct WebhookScriptTests {
    /// A script beside a receiver.
    private struct Serving {
        let falhost: RunningFalhost
        let port: Int

        func post(_ path: String, _ body: String = "", _ headers: String...) throws -> String {
            try LoopbackSocket(port: port).exchange("POST", path, body: body, headers: headers)
        }

        func get(_ path: String) throws -> String { try LoopbackSocket(port: port).exchange("GET", path) }

        func end(_ signal: Int32 = SIGTERM) async throws -> FalhostProcess {
            falhost.signal(signal)
            return try await falhost.ending()
        }
    }

    /// Runs a script that prints `ready` when its paths are open.
    private func serving(_ script: String, _ test: (Serving) async throws -> Void) async throws {
        let folder = try TemporaryFolder.project()
        let file = try folder.file("script.lua", "local http, task = require 'http', require 'task'\n" + script)
        let port = try LoopbackSocket.freePort()
        let falhost = try RunningFalhost(
            ["serve", "--webhook-port", "\(port)", file.path], environment: ["AVATAR_TEST_MODE": "true"],
            folder: folder.url)
        try await falhost.wait { falhost.output.contains("ready") }
        try await test(Serving(falhost: falhost, port: port))
        if falhost.isRunning { _ = try await Serving(falhost: falhost, port: port).end(SIGKILL) }
    }

    @Test func aFunctionAnswersWhatItReturns() async throws {
        let script = #"""
            local _, url = http.receive("/hook", function(request)
              if request.body == "status" then return 202 end
              if request.body == "nothing" then return end
              return {
                status = 201, headers = { ["Content-Type"] = "text/x" },
                body = table.concat({ request.method, request.path, request.query, request.headers["x-a"], request.body }, "|"),
              }
            end)
            print("ready", url)
            """#
        try await serving(script) { serving in
            #expect(serving.falhost.output == "ready\thttp://127.0.0.1:\(serving.port)/hook\n")
            let answer = try serving.post("/hook?q=1", "text", "X-A: 7")
            #expect(answer.hasPrefix("HTTP/1.1 201 Created\r\ncontent-type: text/x\r\n"), "\(answer)")
            #expect(answer.hasSuffix("\r\n\r\nPOST|/hook|q=1|7|text"), "\(answer)")
            #expect(try serving.post("/hook", "status").hasPrefix("HTTP/1.1 202 Accepted\r\n"))
            #expect(try serving.post("/hook", "nothing").hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(try serving.post("/other").hasPrefix("HTTP/1.1 404 "))
            #expect(try serving.get("/metrics").contains("falhost_webhook_answered_total{status=\"2xx\"} 3\n"))
            #expect(serving.falhost.isRunning)
            await #expect(try serving.end().status == 143)
        }
    }

    @Test func anErrorOfOneIsLoggedWithItsLineAndTheOthersGoOn() async throws {
        let script = #"""
            http.receive("/hook", function(request)
              if request.body == "text" then error "broken here" end
              if request.body == "table" then error { code = "x" } end
              if request.body == "http" then http.get "ftp://x" end
              if request.body == "child" then task.spawn(function() error "in a child" end) end
              if request.body == "number" then return 99 end
              if request.body == "string" then return "ok" end
              if request.body == "header" then return { headers = { ["a b"] = 1 } } end
              if request.body == "split" then return { headers = { a = "b\r\nc: d" } } end
              if request.body == "length" then return { headers = { ["Content-Length"] = 7 } } end
              if request.body == "typo" then return { stauts = 200 } end
            end)
            print "ready"
            """#
        let words = ["text", "table", "http", "child", "number", "string", "header", "split", "length", "typo"]
        try await serving(script) { serving in
            for word in words {
                let answer = try serving.post("/hook", word)
                #expect(
                    answer.hasPrefix("HTTP/1.1 500 ") && answer.hasSuffix("\r\n\r\nhandler\n"), "\(word): \(answer)")
                #expect(try serving.post("/hook").hasPrefix("HTTP/1.1 200 "))
            }
            let metrics = try serving.get("/metrics")
            #expect(metrics.contains("falhost_webhook_refused_total{reason=\"handler\"} \(words.count)\n"))
            let errors = try await serving.end().errors.split(separator: "\n").filter { $0.contains("POST /hook") }
            #expect(errors.count == words.count, "\(errors)")
            let expected = [
                "script.lua:3: broken here", "script.lua:4: ", "script.lua:5: ", "script.lua:6: in a child",
                "script.lua:2: a status is an integer from 200 to 599, got 99",
                "script.lua:2: a status or a table is to be returned, got string",
                "headers: 'a b' is no name of a field", "headers.a: a text of one line expected",
                "headers: Content-Length is the server's business", "unknown field 'stauts'",
            ]
            for (line, part) in zip(errors, expected) { #expect(line.contains(part)) }
        }
    }

    @Test func functionsRunBesideEachOtherAndNoMoreThanAllowed() async throws {
        let script = #"""
            local gate = task.channel()
            http.receive("/wait", function() print "begun" gate:receive() return 204 end, { limit = 2 })
            http.receive("/go", function() gate:send(true) end)
            print "ready"
            """#
        try await serving(script) { serving in
            let sockets = try (0..<2).map { _ in try LoopbackSocket(port: serving.port) }
            for socket in sockets { try socket.write("POST /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") }
            try await serving.falhost.wait { serving.falhost.output == "ready\nbegun\nbegun\n" }
            let third = try serving.post("/wait")
            #expect(third.hasPrefix("HTTP/1.1 503 ") && third.hasSuffix("busy\n"))
            for socket in sockets {
                #expect(try serving.post("/go").hasPrefix("HTTP/1.1 200 "))
                #expect(String(decoding: socket.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 204 "))
            }
        }
    }

    @Test func aFunctionThatTakesTooLongIsCancelled() async throws {
        let script = #"""
            http.receive("/slow", function()
              local _ <close> = setmetatable({}, { __close = function() print "cancelled" end })
              task.sleep(100)
            end, { timeout = 0.2 })
            http.receive("/own", function() task.timeout(0.1, task.sleep, 100) end)
            print "ready"
            """#
        try await serving(script) { serving in
            #expect(try serving.post("/slow").hasPrefix("HTTP/1.1 504 "))
            #expect(serving.falhost.output.contains("cancelled"))
            // A timeout of its own is its error.
            #expect(try serving.post("/own").hasPrefix("HTTP/1.1 500 "))
            let errors = try await serving.end().errors
            #expect(errors.contains("POST /slow: script.lua:2: no answer in time") || errors.contains("script.lua:2"))
        }
    }

    @Test func aSignalThatTheScriptWaitsForLetsWhatIsUnderWayEnd() async throws {
        let script = #"""
            http.receive("/slow", function() print "begun" task.sleep(1) return { body = "done" } end)
            print "ready"
            print(task.stop_signal())
            """#
        try await serving(script) { serving in
            let socket = try LoopbackSocket(port: serving.port)
            try socket.write("POST /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            try await serving.falhost.wait { serving.falhost.output.contains("begun") }
            serving.falhost.signal(SIGTERM)
            try await serving.falhost.wait { serving.falhost.output.contains("SIGTERM") }
            #expect(try serving.post("/slow").hasPrefix("HTTP/1.1 503 "))
            #expect(String(decoding: socket.readToEnd(), as: UTF8.self).hasSuffix("\r\n\r\ndone"))
            let ended = try await serving.falhost.ending()
            #expect(ended.status == 0 && ended.output == "ready\nbegun\nSIGTERM\n", "\(ended.errors)")
        }
    }

    @Test func aPathIsOpenUntilItsTaskIsCancelled() async throws {
        let script = #"""
            local first
            first = http.receive("/first", function() task.sleep(100) end)
            http.receive("/cancel", function()
              first:cancel()
              pcall(first.await, first)
              http.receive("/cancel-unstarted", print):cancel()
              first = http.receive("/first", function() return 202 end)
            end)
            print "ready"
            """#
        try await serving(script) { serving in
            let socket = try LoopbackSocket(port: serving.port)
            try socket.write("POST /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            // The new path belongs to the request that opened it, whose answer waits for it.
            let cancelling = try LoopbackSocket(port: serving.port)
            try cancelling.write("POST /cancel HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(String(decoding: socket.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 503 "))
            try await serving.falhost.wait {
                (try? serving.post("/first").hasPrefix("HTTP/1.1 202 ")) ?? false
            }
        }
    }

    @Test func aScriptWhosePathIsItsLastTaskEndsWithIt() async throws {
        let script = #"""
            local path
            path = http.receive("/end", function() path:cancel() return 200 end)
            print "ready"
            """#
        try await serving(script) { serving in
            _ = try serving.post("/end")
            await #expect(try serving.falhost.ending().status == 0)
        }
    }

    @Test func osExitAnswersWhatIsUnderWay() async throws {
        let script = #"""
            http.receive("/wait", function() task.sleep(100) end)
            http.receive("/exit", function() os.exit(7) end)
            print "ready"
            """#
        try await serving(script) { serving in
            let socket = try LoopbackSocket(port: serving.port)
            try socket.write("POST /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try serving.post("/exit").hasPrefix("HTTP/1.1 503 "))
            let answer = String(decoding: socket.readToEnd(), as: UTF8.self)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 503 "))
            await #expect(try serving.falhost.ending().status == 7)
        }
    }

    @Test func aPathThatCannotBeIsRefused() async throws {
        let script = #"""
            local function try(path)
              local ok, err = pcall(http.receive, path, print)
              print(ok, err.code, err.message)
            end
            http.receive("/twice", print)
            for _, path in ipairs { "hook", "/a?b", "/a b", "/ü", "/metrics", "/healthz", "/webhooks/fal", "/twice" } do
              try(path)
            end
            try(7)
            print "ready"
            """#
        try await serving(script) { serving in
            let lines = serving.falhost.output.split(separator: "\n").dropLast()
            let expected = [
                "a path begins with /, got 'hook'", "the query is in request.query", "' ' cannot be in a path",
                "'ü' cannot be in a path", "'/metrics' is the server's own", "'/healthz' is", "'/webhooks/fal' is",
                "'/twice' is received already", "string expected, got number",
            ]
            #expect(lines.count == expected.count)
            for (line, part) in zip(lines, expected) {
                #expect(line.hasPrefix("false\tvalidation\thttp.receive: argument 1 (path): ") && line.contains(part))
            }
        }
    }

    @Test func withoutAServerAScriptIsToldHowToStartOne() async throws {
        let chunk = "print(select(2, pcall(require 'http'.receive, '/hook', print)))"
        for arguments in [["-e", chunk], ["lua", "-e", chunk]] {
            let run = try await FalhostProcess.run(arguments)
            #expect(run.output.contains("start it with falhost serve --webhook-port 8081 SCRIPT"), "\(run)")
        }
    }
}
