import EventLoop
import HTTPTransport
import Logging
import LuaRuntime

/// `http.receive`: requests that come to the server beside the script.
extension HTTPModule {
    /// Serving is a task, and so is each request, in Lua so that the function may wait. It goes before the rest of the
    /// prelude, which returns.
    static let receivingPrelude: StaticString = """
        local getinfo, require = debug.getinfo, require

        local function code_of(err)
          return type(err) == "table" and err.code or nil
        end

        -- An error and its text with the line of the script that raised it.
        local function raised(err)
          local text, level = tostring(err), 2
          local info = getinfo(level, "Sl")
          while info do
            if info.currentline > 0 and info.source:sub(1, 1) == "@" then
              local place = ("%s:%d"):format(info.short_src, info.currentline)
              return { err = err, text = text:find(place, 1, true) and text or place .. ": " .. text }
            end
            level = level + 1
            info = getinfo(level, "Sl")
          end
          return { err = err, text = text }
        end

        -- What it raises is either that it was cancelled, or the error of a task that it spawned.
        local function handle(call, fields)
          local ok, result = xpcall(call.handler, raised, fields)
          if ok then
            call.outcome, call.result = "returned", result
          elseif code_of(result.err) == "cancelled" then
            error(result.err, 0)
          else
            call.outcome, call.result = "failed", result.text
          end
        end

        local function answer(task, path, request, fields, handler, seconds)
          local call = { handler = handler }
          local ok, err = pcall(task.timeout, seconds, handle, call, fields)
          if ok then
            native._answer(path, request, call.outcome, call.result)
          elseif code_of(err) == "timeout" or code_of(err) == "cancelled" then
            native._answer(path, request, err.code, tostring(err))
          else
            native._answer(path, request, "failed", tostring(err))
          end
        end

        local function serve(task, path, handler, seconds)
          local _ <close> = path
          while true do
            local request, fields = native._next(path)
            if not request then
              return
            end
            task.spawn(answer, task, path, request, fields, handler, seconds)
          end
        end

        function http.receive(path, handler, options)
          local info = type(handler) == "function" and getinfo(handler, "S")
          local place = info and ("%s:%d"):format(info.short_src, info.linedefined)
          local opened, seconds, address = native._receive(path, handler, options, place)
          local task = require "task"
          return task.spawn(serve, task, opened, handler, seconds), address
        end
        """

    @LoopActor
    static func receiving(_ services: any ScriptServices) -> [LuaFunction] {
        [
            LuaFunction("http.receive", field: "_receive") { call in try open(call, services) },
            LuaFunction.awaiting("http.receive", field: "_next", isChecked: false) { call in
                let path = try call.object(at: 1, of: ScriptPath.luaClass)
                return LuaOperation(start: { path.next($0) })
            },
            LuaFunction("http.receive", field: "_answer", isChecked: false) { call in
                try answer(call, services)
                return 0
            },
        ]
    }

    /// Gives the path, the seconds that a request may take, and the path's address.
    @LoopActor
    private static func open(_ call: LuaCall, _ services: any ScriptServices) throws -> Int32 {
        guard let server = services.scriptServer else {
            throw LuaCodedError(
                code: "validation",
                message: "http.receive: no server runs beside this script: start it with "
                    + "falhost serve --webhook-port 8081 SCRIPT")
        }
        let name = try call.requireString(1)
        if let reason = fault(of: name, server) { throw call.argumentError(1, reason) }
        let path = ScriptPath(
            name, of: server, limit: call.countOption("limit", at: 3) ?? 64, place: call.stack.string(at: 4) ?? "?")
        guard path.open() else { throw call.argumentError(1, "'\(name)' is received already") }
        services.stopSignal?.whenSent { [weak path] in path?.end() }
        let seconds = call.stack.type(at: 3) == .table ? call.durationOption("timeout", at: 3) : nil
        call.stack.push(path, as: ScriptPath.luaClass)
        call.stack.push((seconds ?? .seconds(30)) / .seconds(1))
        call.stack.push(path.address)
        return 3
    }

    @LoopActor
    private static func fault(of path: String, _ server: any ScriptServer) -> String? {
        guard path.hasPrefix("/") else { return "a path begins with /, got '\(path)'" }
        if let character = path.unicodeScalars.first(where: {
            $0.value <= 0x20 || $0.value >= 0x7F || "?#".unicodeScalars.contains($0)
        }) {
            let hint =
                character == "?" ? "the query is in request.query" : "it is compared as it comes, percent-encoded"
            return "'\(character)' cannot be in a path: \(hint)"
        }
        return server.ownPaths.contains(path) ? "'\(path)' is the server's own" : nil
    }

    // MARK: Answers

    /// Reads `_answer(path, request, outcome, result)`.
    @LoopActor
    private static func answer(_ call: LuaCall, _ services: any ScriptServices) throws {
        let path = try call.object(at: 1, of: ScriptPath.luaClass)
        let request = try call.object(at: 2, of: ScriptPath.requestClass)
        let name = "http.receive: \(request.method) \(URLSecrets.masked(path.path))"
        let answer: ScriptRequest.Answer
        switch call.stack.string(at: 3) {
        case "returned":
            do throws(AnswerFault) {
                answer = try response(call.stack, at: 4)
            } catch {
                services.logger.error("\(name): \(path.place): \(error.reason)")
                answer = .failed
            }
        case "timeout":
            services.logger.error("\(name): \(path.place): no answer in time (\(call.stack.describe(at: 4)))")
            answer = .late
        case "cancelled" where path.isClosed: answer = .busy
        default:
            services.logger.error("\(name): \(call.stack.describe(at: 4))")
            answer = .failed
        }
        if case .response(let status, _, _) = answer { services.logger.debug("\(name): \(status)") }
        path.answer(request, answer)
    }

    private struct AnswerFault: Error {
        let reason: String
    }

    /// Reads what the function returned: nothing, a status, or `{ status =, headers =, body = }`.
    @LoopActor
    private static func response(_ stack: LuaStack, at index: Int32) throws(AnswerFault) -> ScriptRequest.Answer {
        switch stack.type(at: index) {
        case .nil, .none: return .response(status: 200, headers: [], body: [])
        case .number: return .response(status: try status(stack, at: index), headers: [], body: [])
        case .table: return try fullResponse(stack, at: index)
        default: throw AnswerFault(reason: "a status or a table is to be returned, got \(stack.typeName(at: index))")
        }
    }

    @LoopActor
    private static func status(_ stack: LuaStack, at index: Int32) throws(AnswerFault) -> Int {
        if let status = stack.integer(at: index), (200...599).contains(status) { return Int(status) }
        throw AnswerFault(reason: "a status is an integer from 200 to 599, got \(stack.describe(at: index))")
    }

    @LoopActor
    private static func fullResponse(_ stack: LuaStack, at index: Int32) throws(AnswerFault) -> ScriptRequest.Answer {
        var (code, headers, body) = (200, [(name: String, value: String)](), [UInt8]())
        do {
            try stack.forEachEntry(at: index) { stack in
                switch stack.string(at: -2) {
                case "status": code = try status(stack, at: stack.top)
                case "headers": headers = try fields(stack, at: stack.top)
                case "body":
                    guard let bytes = stack.plainBytes(at: -1) else {
                        throw AnswerFault(reason: "body: string expected, got \(stack.typeName(at: -1))")
                    }
                    body = bytes
                default:
                    throw AnswerFault(
                        reason: "unknown field '\(stack.describe(at: -2))': an answer has status, headers and body")
                }
            }
        } catch let fault as AnswerFault {
            throw fault
        } catch {
            throw AnswerFault(reason: "\(error)")
        }
        return .response(status: code, headers: headers, body: body)
    }

    @LoopActor
    private static func fields(_ stack: LuaStack, at index: Int32) throws -> [(name: String, value: String)] {
        guard stack.type(at: index) == .table else {
            throw AnswerFault(reason: "headers: table expected, got \(stack.typeName(at: index))")
        }
        var fields: [(name: String, value: String)] = []
        try stack.forEachEntry(at: index) { stack in
            let name = stack.type(at: -2) == .string ? stack.string(at: -2) ?? "" : ""
            guard isToken(name) else {
                throw AnswerFault(reason: "headers: '\(stack.describe(at: -2))' is no name of a field")
            }
            if ["content-length", "transfer-encoding", "connection"].contains(name.lowercased()) {
                throw AnswerFault(reason: "headers: \(name) is the server's business")
            }
            guard let bytes = stack.plainBytes(at: -1), let value = String(validating: bytes, as: UTF8.self),
                value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" })
            else { throw AnswerFault(reason: "headers.\(name): a text of one line expected") }
            fields.append((name, value))
        }
        return fields.sorted { $0.name < $1.name }
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
            }
    }
}
