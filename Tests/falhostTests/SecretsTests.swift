import Foundation
import Simulator
import Testing

/// The key goes to fal (or the base URL) in one header, and nowhere else.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SecretsTests {
    // MARK: Runs that succeed and fail

    static let faults = [
        "submit:401:times=always", "submit:403:times=always", "submit:404:times=always", "submit:422",
        "submit:500:times=always", "submit:nginx-502:times=always", "submit:reset-before:times=always",
        "submit:reset-after", "submit:not-json", "job:endless", "stream:hang:times=always", "stream:401:times=always",
        "result:422", "result:500", "result:reset-before", "result:truncated-json", "result:bad-utf8",
        "result:images-missing", "download:404", "download:cut-body",
    ]

    @Test(arguments: [nil] + faults.map(Optional.some))
    func noRunShowsTheSecret(fault: String?) async throws {
        let project = try await SecretProject()
        try await withSimulator(faults: fault.map { [$0] } ?? []) { simulator in
            let arguments = [
                "generate", "--avatar", "demo-anna", "--set", "timeout=1", "--preset", "fast", "a portrait",
            ]
            let base = ["FALHOST_BASE_URL": simulator.baseURL]
            let run = try await project.run(arguments, environment: base)
            #expect((run.status == 0) == (fault == nil || Self.isMended(fault)), "\(run.status) \(run.errors)")
            #expect(simulator.counters().authorized(.submit) >= 1, "no key was sent: this test shows nothing")
            try await project.run(arguments + ["--verbose", "--json"], environment: base)
            try await project.run(arguments, environment: base.merging(["FALHOST_LOG": "trace"]) { $1 })
            #expect(simulator.counters().authorized(.download) == 0)
        }
    }

    /// Faults that strike once and are mended by a retry.
    private static func isMended(_ fault: String?) -> Bool {
        [
            "result:500", "result:reset-before", "result:truncated-json", "result:bad-utf8", "download:cut-body",
            "stream:401:times=always", "stream:hang:times=always",
        ].contains(fault)
    }

    @Test func theSearchWouldFindTheSecret() async throws {
        let base = try ForeignServer(answer: ForeignServer.response(401, #"{"detail": "no"}"#))
        defer { base.stop() }
        let run = try await SecretProject().run(
            "generate", "--avatar", "demo-anna", "x", environment: ["FALHOST_BASE_URL": base.url])
        #expect(run.status == 77, "\(run.errors)")
        #expect(SecretKey.isIn(Data(base.bytes)), "the base URL gets the key: that is the point of it")
    }

    @Test func aServerThatRepeatsTheKeyInItsErrorDoesNotMakeItSeen() async throws {
        let body = #"{"detail": "bad key \#(SecretKey.key) or \#(SecretKey.secret)"}"#
        for status in [401, 403, 422, 500] {
            let base = try ForeignServer(answer: ForeignServer.response(status, body))
            defer { base.stop() }
            let project = try await SecretProject()
            let environment = ["FALHOST_BASE_URL": base.url, "FALHOST_LOG": "trace"]
            try await project.run(
                "generate", "--avatar", "demo-anna", "--set", "timeout=2", "x", environment: environment)
            try await project.run("-e", Self.errorDump, environment: environment)
        }
    }

    @Test func connectionAndTLSErrorsDoNotShowTheSecret() async throws {
        let server = try ForeignServer()
        defer { server.stop() }
        let project = try await SecretProject()
        for base in ["http://127.0.0.1:1", "https://127.0.0.1:\(server.port)", "https://127.0.0.1:1"] {
            let run = try await project.run(
                "--verbose", "-e", Self.errorDump, environment: ["FALHOST_BASE_URL": base, "FALHOST_LOG": "trace"])
            #expect(run.output.contains("network"), "\(run.output) \(run.errors)")
        }
        #expect(server.connectionCount >= 1)
        #expect(!SecretKey.isIn(Data(server.bytes)))
    }

    @Test func plainHTTPBeyondLoopbackIsRefusedBeforeAnythingIsSent() async throws {
        let run = try await SecretProject().run(
            "generate", "--avatar", "demo-anna", "x", environment: ["FALHOST_BASE_URL": "http://192.0.2.1"])
        #expect(run.status == 78, "\(run.errors)")
        #expect(run.complaints.count == 1)
        #expect(run.errors.contains("https"), "\(run.errors)")
    }

    @Test func explainAndTheConfigSummaryDoNotShowTheKey() async throws {
        let project = try await SecretProject()
        for arguments in [
            ["explain", "--avatar", "demo-anna", "x"], ["explain", "--json", "--avatar", "demo-anna", "x"],
            ["presets", "list"], ["avatars", "export"],
            ["-e", "print(require('json').encode(require('fal').get_config_summary()))"],
        ] {
            let run = try await project.run(arguments, environment: [:])
            #expect(run.status == 0, "\(run.errors)")
            #expect(!run.output.contains(SecretKey.id), "the id is shown masked or not at all: \(run.output)")
        }
    }

    // MARK: Other hosts

    @Test(arguments: ["submit", "status", "stream", "result"])
    func aRedirectIsNotFollowedWithTheKey(stage: String) async throws {
        let foreign = try ForeignServer()
        defer { foreign.stop() }
        let project = try await SecretProject()
        try await withSimulator(faults: ["\(stage):redirect:url=\(foreign.url)/elsewhere:times=always"]) { simulator in
            try await project.run(
                "generate", "--avatar", "demo-anna", "--set", "timeout=2", "x",
                environment: ["FALHOST_BASE_URL": simulator.baseURL])
            try await project.run("-e", Self.queueCalls, environment: ["FALHOST_BASE_URL": simulator.baseURL])
            #expect(simulator.counters().faults > 0)
        }
        Self.expectNothingOfTheKey(at: foreign)
    }

    @Test func foreignURLsInASubmitReplyDoNotGetTheKey() async throws {
        let foreign = try ForeignServer()
        defer { foreign.stop() }
        let project = try await SecretProject()
        try await withSimulator(faults: ["submit:foreign-urls:times=always:url=\(foreign.url)/theirs"]) { simulator in
            try await project.run(
                "generate", "--avatar", "demo-anna", "--set", "timeout=2", "x",
                environment: ["FALHOST_BASE_URL": simulator.baseURL])
            try await project.run("-e", Self.queueCalls, environment: ["FALHOST_BASE_URL": simulator.baseURL])
            #expect(simulator.counters().faults > 0)
        }
        Self.expectNothingOfTheKey(at: foreign)
    }

    @Test func downloadsCarryNoKey() async throws {
        let foreign = try ForeignServer(answer: ForeignServer.response(200, "GIF89a picture;", type: "image/gif"))
        defer { foreign.stop() }
        let project = try await SecretProject()
        let path = project.folder.path + "/picture.png"
        let script = "print(require('fal').download('\(foreign.url)/picture.png', '\(path)'))"
        let run = try await project.run("-e", script, environment: [:])
        #expect(run.output == path + "\n", "\(run.errors)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "GIF89a picture;")
        #expect(foreign.connectionCount == 1)
        Self.expectNothingOfTheKey(at: foreign)
    }

    @Test func uploadsShowNoKey() async throws {
        let project = try await SecretProject()
        let script = """
            local fal = require "fal"
            print(fal.upload{ data = "hello", file_name = "a.txt", content_type = "text/plain" })
            print(fal.upload(arg[0] ~= "" and "\(project.folder.path)/presets/fast.lua"))
            print(select(2, pcall(fal.upload, "/nonexistent")))
            """
        try await withSimulator { simulator in
            let run = try await project.run(
                "--verbose", "-e", script, environment: ["FALHOST_BASE_URL": simulator.baseURL])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.split(separator: "\n").count == 3, "\(run.output)")
        }
    }

    private static func expectNothingOfTheKey(at server: ForeignServer) {
        let text = String(decoding: server.bytes, as: UTF8.self)
        #expect(!SecretKey.isIn(text), "\(text)")
        #expect(!text.lowercased().contains("authorization"), "\(text)")
        #expect(!text.contains(SecretKey.id))
    }

    // MARK: What a script can reach

    static let variables: [[String: String]] = [
        ["FAL_KEY": SecretKey.key],
        ["FAL_KEY_ID": SecretKey.id, "FAL_KEY_SECRET": SecretKey.secret],
        ["FAL_API_KEY": SecretKey.key],
        ["FAL_AI_API_KEY": SecretKey.key],
        ["FAL_KEY": "other:key", "FAL_KEY_SECRET": SecretKey.secret, "FAL_API_KEY": SecretKey.key],
    ]

    @Test(arguments: variables)
    func noVariableWithTheKeyReachesAScriptOrItsChildren(variables: [String: String]) async throws {
        let project = try await SecretProject()
        let file = try project.folder.file("dump.lua", Self.worldDump)
        try await withSimulator { simulator in
            let run = try await project.run(
                file.path, environment: variables.merging(["FALHOST_BASE_URL": simulator.baseURL]) { $1 })
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("end of the dump"))
            #expect(run.output.contains("PATH=/usr/bin:/bin"), "the children's environment was not printed")
            #expect(simulator.counters().authorized(.submit) == 1)
        }
    }

    static let malformed = [
        SecretKey.secret, ":" + SecretKey.secret, SecretKey.secret + ":", "id:\(SecretKey.secret) with spaces",
        "id:\(SecretKey.secret)\u{1}", "ид:\(SecretKey.secret)", "Key id:\(SecretKey.secret)", "  ",
    ]

    @Test(arguments: malformed, ["FAL_KEY", "FAL_API_KEY"])
    func aMalformedKeyIsNotRepeated(key: String, variable: String) async throws {
        let project = try await SecretProject()
        let run = try await project.run(
            "generate", "--verbose", "--avatar", "demo-anna", "x", environment: [variable: key, "FALHOST_LOG": "trace"])
        #expect(run.status == 77, "\(run.errors)")
        #expect(run.complaints.count { $0.hasPrefix("falhost: ") } == 1, "\(run.errors)")
    }

    // MARK: Scripts

    private static let avatar = """
        { id = "a", name = "A", training_type = "portrait", status = "completed",
          diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", trigger_phrase = "TOK" }
        """

    /// Every call that sends something; whatever comes back is printed, fields and all.
    private static let queueCalls = """
        local fal, json = require "fal", require "json"
        local function try(name, f, ...)
          local result = table.pack(pcall(f, ...))
          print(name, result[1], tostring(result[2]))
          if type(result[2]) == "table" then
            for k, v in pairs(result[2]) do print("", k, v) end
          end
          return result[2]
        end
        local job = fal.submit("fal-ai/flux-lora", { prompt = "x" })
        for k, v in pairs(job) do print(k, v) end
        try("status", job.status, job)
        try("events", function() for event in job:events() do print(event.status) end end)
        try("result", job.result, job)
        try("cancel", job.cancel, job)
        try("run", fal.run, "fal-ai/flux-lora", { prompt = "x" })
        """

    /// An error as a value, as a line, and with its traceback.
    private static let errorDump = """
        local fal, json = require "fal", require "json"
        local function call() fal.generate_avatar_image(\(avatar), "x", { timeout = 2 }) end
        local ok, err = pcall(call)
        assert(not ok)
        print(tostring(err), json.encode(err))
        for k, v in pairs(err) do print(k, type(v) == "table" and json.encode(v) or v) end
        print(select(2, xpcall(call, debug.traceback)))
        print(select(2, xpcall(call, function(e) return debug.traceback(tostring(e)) end)))
        call()
        """

    /// All strings that a script can get hold of after a generation: globals, registry, upvalues, metatables, user
    /// values, the environment of the process and of its children.
    private static let worldDump = """
        local fal = require "fal"
        fal.generate_avatar_image(\(avatar), "x")
        local seen, todo = {}, { _G, package.loaded, debug.getregistry(), (debug.getinfo(1)) }
        local function add(value)
          if type(value) == "string" then
            io.write(value, "\\n")
          elseif value ~= nil and type(value) ~= "number" and type(value) ~= "boolean" and not seen[value] then
            seen[value] = true
            todo[#todo + 1] = value
          end
        end
        while #todo > 0 do
          local value = table.remove(todo)
          add(debug.getmetatable(value))
          if type(value) == "table" then
            for k, v in next, value do add(k) add(v) end
          elseif type(value) == "function" then
            for i = 1, 255 do
              local name, upvalue = debug.getupvalue(value, i)
              if not name then break end
              add(upvalue)
            end
          elseif type(value) == "userdata" then
            for i = 1, 8 do add((debug.getuservalue(value, i))) end
            io.write(tostring(value), "\\n")
          elseif type(value) == "thread" then
            io.write(debug.traceback(value), "\\n")
          end
        end
        for _, name in ipairs { "FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "FAL_API_KEY", "FAL_AI_API_KEY" } do
          assert(os.getenv(name) == nil, name .. " can be read")
        end
        for _, name in ipairs { "environ", "cmdline" } do
          local file = io.open("/proc/self/" .. name)
          if file then io.write(file:read "a", "\\n") file:close() end
        end
        io.stdout:flush()
        os.execute "env; test -r /proc/$PPID/environ && tr '\\\\0' '\\\\n' < /proc/$PPID/environ"
        print "end of the dump"
        """
}
