import EventLoop
import FalClient
import Generation
import HTTPTransport
import Logging
import LuaRuntime

/// `require "http"`: requests to any server, on the loop that everything else runs on. It knows no key of fal's.
enum HTTPModule {
    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        let bodies = LuaClass<HTTPBodyReader>("http.body", methods: [])
        return LuaModule(
            name: "http", declaration: { .http },
            functions: Verb.allCases.map { sending($0, services, bodies) } + reading(services, bodies)
                + receiving(services),
            prelude: .init(pieces: ["local http, native = ...", receivingPrelude, prelude], chunkName: "=[http]"))
    }

    /// The functions that send; all but `request` have their method in their name.
    enum Verb: String, CaseIterable {
        case request, get, head, delete, post, put, patch

        var method: HTTPRequest.Method? { HTTPRequest.Method(rawValue: rawValue.uppercased()) }
    }

    /// Responses and iterators: a loop that is left early ends its transfer.
    private static let prelude: StaticString = """
        local Response = { __name = "http.Response" }
        Response.__index = Response

        function Response:__tostring()
          return "http.Response " .. self.status
        end

        function Response:__close()
          self:close()
        end

        function Response:json()
          return native._json(self)
        end

        local function iterate(self, next_piece)
          local reader = self.reader or native._reader(self)
          return function()
            return next_piece(reader)
          end, nil, nil, self
        end

        function Response:chunks()
          return iterate(self, native._next_chunk)
        end

        function Response:lines()
          return iterate(self, native._next_line)
        end

        function Response:close()
          if self.reader then
            native._close(self.reader)
          end
        end

        for _, name in ipairs { "request", "get", "head", "delete", "post", "put", "patch" } do
          local send = native["_" .. name]
          http[name] = function(...)
            local fields, reader = send(...)
            fields.reader = reader
            return setmetatable(fields, Response)
          end
        end

        return { ["http.Response"] = Response }
        """

    @LoopActor
    private static func sending(
        _ verb: Verb, _ services: any ScriptServices, _ bodies: LuaClass<HTTPBodyReader>
    ) -> LuaFunction {
        .awaiting("http.\(verb.rawValue)", field: "_\(verb.rawValue)") { call in
            let order = try HTTPOrder(call, verb)
            return LuaOperation {
                try await services.raising {
                    let transport = try services.web()
                    let start = ContinuousClock.now
                    do throws(TransportError) {
                        let answer = try await answer(to: order, transport)
                        note(order, "\(answer.head.status)", since: start, services)
                        return { stack in push(answer, bodies, onto: stack) }
                    } catch {
                        note(order, order.reason(error), since: start, services)
                        throw order.failure(error)
                    }
                }
            }
        }
    }

    @LoopActor
    private static func note(
        _ order: HTTPOrder, _ outcome: String, since start: ContinuousClock.Instant, _ services: any ScriptServices
    ) {
        let milliseconds = Int((.now - start) / .milliseconds(1))
        services.logger.debug("\(order.name): \(outcome) after \(milliseconds) ms")
    }

    /// What a server said, its body whole or still to be read.
    struct Answer {
        let head: HTTPResponseHead
        let body: [UInt8]
        let reader: HTTPBodyReader?
    }

    @LoopActor
    private static func answer(to order: HTTPOrder, _ transport: any Transport) async throws(TransportError) -> Answer {
        guard order.isStream else {
            let response = try await transport.send(order.request)
            return Answer(head: response.head, body: response.body, reader: nil)
        }
        let stream = try await transport.stream(order.request)
        return Answer(head: stream.head, body: [], reader: HTTPBodyReader(stream, order))
    }

    /// Pushes the fields of a response, and what reads its body when that is still to come.
    @LoopActor
    private static func push(
        _ answer: Answer, _ bodies: LuaClass<HTTPBodyReader>, onto stack: LuaStack
    ) -> Int32 {
        stack.pushTable(fieldCount: 6)
        stack.push(answer.head.status)
        stack.setField("status")
        stack.push((200..<300).contains(answer.head.status))
        stack.setField("ok")
        stack.push(answer.head.url)
        stack.setField("url")
        push(answer.head.headers, onto: stack)
        stack.setField("headers")
        guard let reader = answer.reader else {
            stack.push(answer.body)
            stack.setField("body")
            return 1
        }
        stack.push(reader, as: bodies)
        return 2
    }

    /// Pushes a table by lower-case names; several fields of one name are joined by a comma (RFC 9110 §5.3), cookies by a
    /// line feed.
    @LoopActor
    private static func push(_ headers: HTTPHeaders, onto stack: LuaStack) {
        var values: [(name: String, value: String)] = []
        for (name, value) in headers.pairs {
            let name = name.lowercased()
            if let index = values.firstIndex(where: { $0.name == name }) {
                values[index].value += (name == "set-cookie" ? "\n" : ", ") + value
            } else {
                values.append((name, value))
            }
        }
        stack.pushTable(fieldCount: values.count)
        for (name, value) in values {
            stack.push(value)
            stack.setField(name)
        }
    }

    // MARK: Reading a response

    @LoopActor
    private static func reading(
        _ services: any ScriptServices, _ bodies: LuaClass<HTTPBodyReader>
    ) -> [LuaFunction] {
        [
            LuaFunction("response:json", field: "_json") { call in
                call.stack.getField("url", at: 1)
                let url = URLSecrets.masked(call.stack.string(at: -1) ?? "")
                guard call.stack.getField("body", at: 1) == .string else {
                    throw LuaCodedError(
                        code: "validation",
                        message: "response:json: the body of \(url) is a stream: read it with chunks() or lines()")
                }
                do {
                    return try JSONModule.pushDecoded(at: -1, of: call.stack)
                } catch {
                    throw services.scriptError(FalError(.malformedResponse, "\(url): \(error)"))
                }
            },
            LuaFunction("response:chunks", field: "_reader", isChecked: false) { call in
                call.stack.getField("body", at: 1)
                call.stack.push(HTTPBodyReader(call.stack.bytes(at: -1) ?? []), as: bodies)
                return 1
            },
            piece(.chunk, of: "response:chunks", "_next_chunk", services, bodies),
            piece(.line, of: "response:lines", "_next_line", services, bodies),
            LuaFunction("response:close", field: "_close", isChecked: false) { call in
                try call.object(at: 1, of: bodies).close()
                return 0
            },
        ]
    }

    /// Gives the next piece of a body, without a wait where it has come already; nil at the end.
    @LoopActor
    private static func piece(
        _ unit: HTTPBodyReader.Unit, of name: String, _ field: String, _ services: any ScriptServices,
        _ bodies: LuaClass<HTTPBodyReader>
    ) -> LuaFunction {
        .awaiting(name, field: field, isChecked: false) { call in
            let reader = try call.object(at: 1, of: bodies)
            if let piece = try services.raising({ try reader.take(unit) }) {
                return LuaOperation(start: { resumption in
                    resumption.resume(returning: pushing(piece))
                    return {}
                })
            }
            return LuaOperation {
                try await services.raising { pushing(try await reader.next(unit)) }
            }
        }
    }

    private static func pushing(_ piece: [UInt8]?) -> LuaResults {
        { stack in
            if let piece { stack.push(piece) } else { stack.pushNil() }
            return 1
        }
    }
}
