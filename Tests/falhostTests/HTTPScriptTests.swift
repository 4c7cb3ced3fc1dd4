import Foundation
import JSON
import TestSupport
import Testing

/// `require "http"` as a script sees it, against servers whose every byte the tests write.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HTTPScriptTests {
    /// What a chunk prints, line by line; the server's URL is its first argument.
    private func lines(
        _ chunk: String, _ server: RawServer, _ arguments: String..., options: [String] = [],
        environment: [String: String] = [:], location: SourceLocation = #_sourceLocation
    ) async throws -> [String] {
        let run = try await FalhostProcess.run(
            options + ["-e", "local http = require 'http' local url = ... \(chunk)", server.url] + arguments,
            environment: environment)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        return run.output.split(separator: "\n").map(String.init)
    }

    /// Answers every request with what `answer` sends.
    private static func server(_ answer: @escaping @Sendable (RawConnection, RawRequest) -> Void) -> RawServer {
        RawServer { connection, _ in while let request = connection.request() { answer(connection, request) } }
    }

    @Test func `A response has its status, headers, body and address`() async throws {
        let server = Self.server { connection, request in
            connection.reply(
                #"{"list": [1, 2]}"#, status: request.line.contains("missing") ? "404 Not Found" : "201 Created",
                headers: "X-Own: a\r\nx-own: b\r\nSet-Cookie: c\r\nSet-Cookie: d\r\n")
        }
        let output = try await lines(
            """
            local r = http.get(url .. "/a", { query = { ["first name"] = "Anna & Co", page = 2, all = true } })
            print(r.status, r.ok, #r.body, r.headers["x-own"], #r.headers["set-cookie"], r.url == url .. "/a?all=true&first%20name=Anna%20%26%20Co&page=2")
            print(r:json().list[2], r)
            local missing = http.get(url .. "/missing")
            print(missing.status, missing.ok)
            """, server)
        #expect(output == ["201\ttrue\t16\ta, b\t3\ttrue", "2\thttp.Response 201", "404\tfalse"])
    }

    @Test func `Methods and bodies arrive as they are meant`() async throws {
        let server = Self.server { connection, request in
            connection.reply(request.line.hasPrefix("HEAD") ? "" : "ok", headers: "X-Seen: yes\r\n")
        }
        _ = try await lines(
            """
            http.head(url) http.delete(url) http.put(url, { body = "a\\0b" })
            http.patch(url, { json = { n = 1, list = {} , s = "й" } })
            http.post(url, { form = { text = "a b&c=ü", chat_id = 7, silent = true } })
            http.post(url, { json = "x", headers = { ["Content-Type"] = "text/x", ["X-N"] = 5 } })
            http.request { url = url, method = "OPTIONS" }
            http.post(url)
            """, server)
        let requests = server.requests
        #expect(
            requests.map { String($0.line.prefix { $0 != " " }) }
                == ["HEAD", "DELETE", "PUT", "PATCH", "POST", "POST", "OPTIONS", "POST"])
        try #require(requests.count == 8)
        #expect(requests[2].body == [97, 0, 98] && !requests[2].has("Content-Type"))
        #expect(String(decoding: requests[3].body, as: UTF8.self) == #"{"list":{},"n":1,"s":"й"}"#)
        #expect(requests[3].has("Content-Type: application/json\r\n"))
        #expect(String(decoding: requests[4].body, as: UTF8.self) == "chat_id=7&silent=true&text=a+b%26c%3D%C3%BC")
        #expect(requests[4].has("Content-Type: application/x-www-form-urlencoded\r\n"))
        #expect(requests[5].has("Content-Type: text/x\r\n") && requests[5].has("X-N: 5\r\n"))
        #expect(requests[7].has("Content-Length: 0\r\n") && requests[7].body.isEmpty)
    }

    @Test func `A form with files has its files byte for byte`() async throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let file = try folder.file("a \"photo\".jpg", contents: Data(bytes))
        let server = Self.server { connection, _ in connection.reply("ok") }
        _ = try await lines(
            """
            local path = select(2, ...)
            http.post(url, { multipart = {
              { name = "chat_id", value = 7 }, { name = "photo", path = path },
              { name = "note", data = "a\\r\\nb", file_name = "n.txt", content_type = "text/x" },
            } })
            """, server, file.path)
        let request = try #require(server.requests.first)
        let type = try #require(request.head.firstMatch(of: /multipart\/form-data; boundary=([a-z0-9-]+)/))
        let boundary = type.1
        let head = """
            --\(boundary)\r
            Content-Disposition: form-data; name="chat_id"\r
            \r
            7\r
            --\(boundary)\r
            Content-Disposition: form-data; name="photo"; filename="a %22photo%22.jpg"\r
            Content-Type: image/jpeg\r
            \r

            """
        let tail = """
            \r
            --\(boundary)\r
            Content-Disposition: form-data; name="note"; filename="n.txt"\r
            Content-Type: text/x\r
            \r
            a\r
            b\r
            --\(boundary)--\r

            """
        #expect(request.body == Array(head.utf8) + bytes + Array(tail.utf8))
    }

    @Test func `Lines and chunks of a stream come as they are sent`() async throws {
        let server = RawServer { connection, _ in
            guard let request = connection.request() else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            if request.line.contains("/talk") {
                // The second line is sent when the script has seen the first one.
                _ = connection.chunk(Array("first\nsec".utf8))
                _ = connection.request()
            }
            for piece in ["ond\r\n", "\nlast"] { _ = connection.chunk(Array(piece.utf8)) }
            connection.send("0\r\n\r\n")
        }
        let output = try await lines(
            """
            for line in http.get(url .. "/a", { stream = true }):lines() do print("[" .. line .. "]") end
            local size = 0
            for chunk in http.get(url .. "/a", { stream = true }):chunks() do size = size + #chunk end
            print(size, http.get(url .. "/a").body == "ond\\r\\n\\nlast")
            for line in http.get(url .. "/a"):lines() do print("<" .. line .. ">") end
            print(http.get(url .. "/a", { stream = true }).body)
            print(pcall(function() http.get(url .. "/a", { stream = true }):json() end))
            """, server)
        #expect(output.dropLast() == ["[ond]", "[]", "[last]", "10\ttrue", "<ond>", "<>", "<last>", "nil"])
        #expect(output.last?.contains("is a stream: read it with chunks() or lines()") == true)
    }

    @Test func `A stream is read while the server still writes`() async throws {
        let server = RawServer { connection, number in
            guard connection.request() != nil, number == 0 else { return connection.reply() }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            _ = connection.chunk(Array("one\ntwo\n".utf8))
            // The script leaves its loop: then the connection closes.
            #expect(connection.waitForClose())
        }
        let output = try await lines(
            """
            for line in http.get(url, { stream = true }):lines() do print(line) if line == "two" then break end end
            print(http.get(url).status)
            """, server)
        #expect(output == ["one", "two", "200"])
    }

    @Test func `A line without end is refused`() async throws {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while connection.chunk([UInt8](repeating: 120, count: 60_000)) > 0 {}
        }
        let output = try await lines(
            """
            local ok, err = pcall(function()
              for line in http.get(url, { stream = true, max_bytes = 1000000 }):lines() do end
            end)
            print(ok, err.code, err.message)
            """, server)
        #expect(output.first?.hasPrefix("false\tmalformed_response\t") == true)
        #expect(output.first?.hasSuffix("1000000 bytes (max_bytes)") == true)
    }

    @Test func `A redirect takes no secret to another host`() async throws {
        let foreign = Self.server { connection, _ in connection.reply("arrived") }
        let goal = foreign.url
        let server = Self.server { connection, request in
            let target = request.line.contains("/circle") ? "/circle" : goal + "/end"
            connection.reply(
                status: request.line.contains("/see") ? "303 X" : "307 X", headers: "Location: \(target)\r\n")
        }
        let output = try await lines(
            """
            local headers = { Authorization = "Bearer secret", Cookie = "a=secret", ["X-Api-Key"] = "secret" }
            print(http.post((url:gsub("//", "//anna:secret@")), { body = "b", headers = headers }).body)
            print(http.put(url .. "/see", { body = "b", headers = headers }).url)
            print(http.get(url, { redirects = 0 }).status)
            local ok, err = pcall(http.get, url .. "/circle")
            print(err.code, err.kind, err.message)
            """, server)
        #expect(output[0] == "arrived" && output[1] == goal + "/end" && output[2] == "307")
        #expect(output[3] == "malformed_response\truntime\tGET \(server.url)/circle: more than 5 redirects")
        #expect(foreign.requests.map { String($0.line.prefix { $0 != " " }) } == ["POST", "GET"])
        #expect(foreign.requests.map(\.body) == [[98], []])
        #expect(foreign.requests.allSatisfy { !$0.has("secret") && !$0.has("Authorization") })
    }

    @Test func `The key of fal goes with no request of a script`() async throws {
        let server = Self.server { connection, _ in connection.reply("{}") }
        let environment = ["FAL_KEY": SecretKey.key, "FALHOST_BASE_URL": server.url]
        let output = try await lines(
            "print(http.get(url .. '/queue').status, http.post(url, { json = {} }).status)", server,
            environment: environment)
        #expect(output == ["200\t200"])
        #expect(server.requests.count == 2)
        for request in server.requests {
            #expect(!request.has("Authorization") && !SecretKey.isIn(Data(request.head.utf8)))
        }
    }

    @Test func `Limits end a request with an error that names them`() async throws {
        let server = RawServer { connection, _ in
            guard let request = connection.request() else { return }
            if request.line.contains("/slow") {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab")
                _ = connection.waitForClose()
            } else if request.line.contains("/silent") {
                _ = connection.waitForClose()
            } else {
                connection.send("HTTP/1.1 200 OK\r\n\r\n")
                while connection.send([UInt8](repeating: 120, count: 60_000)) > 0 {}
            }
        }
        let output = try await lines(
            """
            local function try(path, options)
              local ok, err = pcall(function()
                local response = http.get(url .. path, options)
                for _ in response:chunks() do end
              end)
              print(ok, err.code, err.kind, err.retryable, err.details.sent, err.message)
            end
            try("/slow", { timeout = 0.3 })
            try("/silent", { timeout = 0.3 })
            try("/slow", { timeout = 0.3, stream = true })
            try("/endless", { max_bytes = 1000000 })
            try("/endless", { max_bytes = 1000000, stream = true })
            """, server)
        try #require(output.count == 5)
        for line in output[..<3] { #expect(line.hasPrefix("false\ttimeout\truntime\ttrue\ttrue\tGET \(server.url)/")) }
        for line in output[3...] {
            #expect(line.hasPrefix("false\tmalformed_response\truntime\tfalse\ttrue\t"))
            #expect(line.hasSuffix("the response has more than 1000000 bytes (max_bytes)"))
        }
    }

    @Test func `A packed bomb is cut off at the limit`() async throws {
        let folder = try TemporaryFolder()
        let bomb = folder.path + "/bomb.gz"
        try ChildProcess.run("/bin/sh", ["-c", "head -c 300000000 /dev/zero | gzip -c > '\(bomb)'"])
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: bomb)))
        let server = Self.server { connection, _ in connection.reply(bytes, headers: "Content-Encoding: gzip\r\n") }
        let output = try await lines(
            """
            local ok, err = pcall(http.get, url)
            print(err.code, err.message)
            local size = 0
            for line in io.lines "/proc/self/status" do size = tonumber(line:match "^VmHWM:%s*(%d+)") or size end
            print(size < 250000 or size)
            """, server)
        #expect(output.first?.hasSuffix("the response has more than 67108864 bytes (max_bytes)") == true)
        #if os(Linux)
            #expect(output.last == "true")
        #endif
    }

    @Test func `A cancelled request frees its connection at once`() async throws {
        let server = RawServer { connection, number in
            guard connection.request() != nil else { return }
            if number > 1 { return connection.reply("free") }
            if number == 1 { connection.send("HTTP/1.1 200 OK\r\n\r\nab") }
            #expect(connection.waitForClose())
        }
        let output = try await lines(
            """
            local task = require "task"
            print(select(2, pcall(task.timeout, 0.2, http.get, url)).code)
            print(select(2, pcall(task.timeout, 0.2, function()
              for _ in http.get(url, { stream = true }):lines() do end
            end)).code)
            print(http.get(url).body)
            """, server)
        #expect(output == ["timeout", "timeout", "free"])
    }

    @Test func `A thousand requests side by side all get their own answer`() async throws {
        let server = Self.server { connection, request in
            connection.reply(String(request.line.split(separator: " ")[1].dropFirst()))
        }
        let output = try await lines(
            """
            local task, list = require "task", {}
            for i = 1, 1000 do list[i] = i end
            local answers = task.map(list, { limit = 1000 }, function(i) return http.get(url .. "/" .. i).body end)
            local right = 0
            for i = 1, 1000 do if answers[i] == tostring(i) then right = right + 1 end end
            print(right)
            """, server)
        #expect(output == ["1000"])
        #expect(Set(server.requests.map(\.connection)).count <= 64)
    }

    @Test(arguments: [
        ("http.get('ftp://x')", "http.get: argument 1 (url): the URL must begin with http:// or https://"),
        ("http.get(7)", "http.get: argument 1 (url): string expected, got number"),
        (
            "http.get(url .. '/a b')",
            "http.get: argument 1 (url): the URL has a blank or a control character: percent-encode it"
        ),
        ("http.get(url, { body = 'x' })", "http.get: argument 2 (options): unknown option 'body'"),
        (
            "http.get(url, { timeot = 1 })",
            "http.get: argument 2 (options): unknown option 'timeot'; did you mean 'timeout'?"
        ),
        (
            "http.post(url, { json = 1, body = '' })",
            "http.post: argument 2 (options): body and json: a request has one body"
        ),
        (
            "http.get(url, { headers = { A = {} } })",
            "http.get: argument 2 (options): headers.A: string, number or boolean expected, got table"
        ),
        (
            "http.get(url, { headers = { A = 'b\\nC: d' } })",
            "http.get: argument 2 (options): the header field A has a line break or another control character"
        ),
        (
            "http.post(url, { headers = { ['content-length'] = 3 } })",
            "http.post: argument 2 (options): headers: content-length follows from the body"
        ),
        ("http.request { method = 'GET' }", "http.request: argument 1 (options): url: string expected, got nil"),
        ("http.request { url = url, method = 'get' }", "http.request: argument 1 (options): method: 'GET' or"),
        (
            "http.request { url = url, method = 'HEAD', body = 'x' }",
            "http.request: argument 1 (options): a HEAD request has no body"
        ),
        (
            "http.post(url, { multipart = { { name = 'a', path = 'x', data = 'y' } } })",
            "http.post: argument 2 (options): multipart[1]: one of value, path and data is expected, got 2"
        ),
        (
            "http.post(url, { multipart = { { nam = 'a' } } })",
            "http.post: argument 2 (options): multipart[1]: unknown field 'nam'; did you mean 'name'?"
        ),
    ])
    func `Wrong arguments are told before anything is sent`(call: String, message: String) async throws {
        let server = Self.server { connection, _ in connection.reply() }
        let run = try await FalhostProcess.run("-e", "local http, url = require 'http', ... \(call)", server.url)
        #expect(run.status == 1)
        #expect(run.errors.contains("(command line):1: \(message)"), "\(run.errors)")
        #expect(server.requests.isEmpty)
    }

    @Test func `Secrets of addresses stand in no error and no log line`() async throws {
        let port = RawServer.freePort()
        let token = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
        let script = """
            local http, log = require "http", require "log"
            local url = "http://anna:hidden@127.0.0.1:\(port)/bot12345:\(token)/getMe?api_key=hidden&a=1"
            log.info("calling", url)
            local ok, err = pcall(http.get, url)
            print(err.code, err.message, err)
            http.get(url)
            """
        let run = try await FalhostProcess.run("-e", script, environment: ["FALHOST_LOG": "debug"])
        #expect(run.status == 1)
        let text = run.output + run.errors
        #expect(!text.contains(token) && !text.contains("hidden"), "\(text)")
        let masked = "http://********@127.0.0.1:\(port)/bot12345:********/getMe?api_key=********&a=1"
        #expect(run.output.hasPrefix("network\tGET \(masked): Failed to connect"), "\(run.output)")
        #expect(run.errors.hasPrefix("calling\t\(masked)\n"), "\(run.errors)")
    }

    @Test func `A recording has the requests of a script without their secrets, and answers them`() async throws {
        let folder = try TemporaryFolder()
        let server = Self.server { connection, _ in connection.reply(#"{"ok": true}"#) }
        let chunk = """
            local http, url = require "http", ...
            local headers = { Authorization = "Bearer hidden", ["X-Bot-Api-Secret-Token"] = "hidden" }
            print(http.post(url .. "/bot12345:hidden/send?token=hidden", { headers = headers, form = { token = "hidden" } }).body)
            """
        let recorded = try await FalhostProcess.run(["--record", folder.path + "/rec", "-e", chunk, server.url])
        #expect(recorded.status == 0, "\(recorded.errors)")
        let text = try String(contentsOfFile: folder.path + "/rec/0001.json", encoding: .utf8)
        #expect(!text.contains("hidden") && text.contains("/bot12345:********/send?token=********"), "\(text)")
        let replayed = try await FalhostProcess.run(["--replay", folder.path + "/rec", "-e", chunk, server.url])
        #expect(replayed.output == recorded.output && replayed.status == 0, "\(replayed.errors)")
        #expect(server.requests.count == 1)
    }

    @Test func `Test mode is about fal alone`() async throws {
        let server = Self.server { connection, _ in connection.reply("there") }
        let output = try await lines("print(http.get(url).body)", server, environment: ["AVATAR_TEST_MODE": "true"])
        #expect(output == ["there"])
    }
}
