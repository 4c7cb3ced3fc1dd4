import EventLoop
import FalClient
import Generation
import JSON
import LuaRuntime

/// One request in fal's queue, as the Lua side of a handle carries it.
final class QueueTicket {
    let request: QueueRequest
    /// Where the events stand while a script reads them.
    var events: QueueEvents?

    init(_ request: QueueRequest) {
        self.request = request
    }
}

/// A direct stream that a script reads.
final class StreamTicket {
    let events: FalEventStream

    init(_ events: FalEventStream) {
        self.events = events
    }
}

extension FalModule {
    /// Handles and iterators, written in Lua so that a script may wait in whatever they call.
    static let queuePrelude: StaticString = """
        local fal = ...
        local native = {}
        for name, value in pairs(fal) do
          if name:sub(1, 1) == "_" then
            native[name:sub(2)] = value
          end
        end
        for name in pairs(native) do
          fal["_" .. name] = nil
        end

        local Handle = { __name = "fal.handle" }
        Handle.__index = Handle

        function Handle:__tostring()
          return "fal.handle " .. self.request_id
        end

        local function handle(ticket, fields, options)
          fields.ticket = ticket
          fields.options = options or {}
          return setmetatable(fields, Handle)
        end

        function Handle:status()
          return native.status(self.ticket, self.options.logs)
        end

        function Handle:events()
          local deadline = native.events(self.ticket, self.options)
          return function()
            if self.completed then
              return nil
            end
            local event = native.next_event(self.ticket)
            self.completed = event == nil or event.status == "COMPLETED"
            return event
          end
        end

        function Handle:result()
          return native.result(self.ticket, self.completed, self.options)
        end

        function Handle:cancel()
          return native.cancel(self.ticket)
        end

        function fal.submit(endpoint, arguments, options)
          local ticket, fields = native.submit(endpoint, arguments, options)
          return handle(ticket, fields, options)
        end

        function fal.handle(endpoint, request_id, options)
          local ticket, fields = native.handle(endpoint, request_id)
          return handle(ticket, fields, options)
        end

        function fal.subscribe(endpoint, arguments, options)
          local job = fal.submit(endpoint, arguments, options)
          local on_update = options and options.on_update
          if on_update then
            for event in job:events() do
              on_update(event)
            end
          end
          return job:result()
        end

        function fal.stream(endpoint, arguments, options)
          local ticket = native.stream(endpoint, arguments, options)
          return function()
            return native.next_chunk(ticket)
          end
        end
        """

    @LoopActor
    static func queue(_ services: any ScriptServices) -> [LuaFunction] {
        let ticketClass = LuaClass<QueueTicket>("fal.request", methods: [])
        let streamClass = LuaClass<StreamTicket>("fal.stream", methods: [])
        return requests(services, ticketClass) + updates(services, ticketClass) + direct(services, streamClass)
            + files(services)
    }

    @LoopActor
    private static func requests(_ services: any ScriptServices, _ tickets: LuaClass<QueueTicket>) -> [LuaFunction] {
        [
            .awaiting("fal._submit") { call in
                let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
                let arguments = try call.object(at: 2)
                let options = try submitOptions(call, at: 3)
                return operation(services) { client in
                    let request = try await client.submit(endpoint, arguments: arguments, options: options)
                    return { stack in push(request, tickets, onto: stack) }
                }
            },
            LuaFunction("fal._handle") { call in
                let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
                let id = try call.requireString(2)
                let hosts = try services.raising { try services.client().hosts }
                let request = QueueRequest(endpoint: endpoint, requestID: id, hosts: hosts)
                return push(request, tickets, onto: call.stack)
            },
            .awaiting("fal._result") { call in
                let ticket = try call.object(at: 1, of: tickets)
                let completed = call.stack.isTrue(at: 2)
                let timeout = try call.durationOption("timeout", at: 3)
                return operation(services) { client in
                    let result =
                        completed
                        ? try await client.result(of: ticket.request)
                        : try await client.wait(for: ticket.request, deadline: deadline(after: timeout))
                    return { stack in
                        stack.push(result.output)
                        return 1
                    }
                }
            },
            .awaiting("fal._cancel") { call in
                let ticket = try call.object(at: 1, of: tickets)
                return operation(services) { client in
                    let outcome = try await client.cancel(ticket.request)
                    return { stack in
                        stack.push(outcome == .requested || outcome == .removed)
                        return 1
                    }
                }
            },
        ]
    }

    @LoopActor
    private static func updates(_ services: any ScriptServices, _ tickets: LuaClass<QueueTicket>) -> [LuaFunction] {
        [
            .awaiting("fal._status") { call in
                let ticket = try call.object(at: 1, of: tickets)
                let logs = call.stack.isTrue(at: 2)
                return operation(services) { client in
                    let status = try await client.status(of: ticket.request, logs: logs)
                    return { stack in
                        push(status, onto: stack)
                        return 1
                    }
                }
            },
            LuaFunction("fal._events") { call in
                let ticket = try call.object(at: 1, of: tickets)
                let logs = call.flagOption("logs", at: 2)
                let timeout = try call.durationOption("timeout", at: 2)
                ticket.events = try services.raising {
                    try services.client().events(of: ticket.request, logs: logs, deadline: deadline(after: timeout))
                }
                return 0
            },
            .awaiting("fal._next_event") { call in
                let ticket = try call.object(at: 1, of: tickets)
                return operation(services) { _ in
                    let status = try await ticket.events?.next()
                    return { stack in
                        if let status { push(status, onto: stack) } else { stack.pushNil() }
                        return 1
                    }
                }
            },
        ]
    }

    @LoopActor
    private static func direct(_ services: any ScriptServices, _ streams: LuaClass<StreamTicket>) -> [LuaFunction] {
        [
            // fal.run(endpoint, arguments, { timeout = seconds }): the output, on one connection, without the queue.
            .awaiting("fal.run") { call in
                let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
                let arguments = try call.object(at: 2)
                let timeout = try call.durationOption("timeout", at: 3)
                return operation(services) { client in
                    let result = try await client.run(endpoint, arguments: arguments, timeout: timeout)
                    return { stack in
                        stack.push(result.output)
                        return 1
                    }
                }
            },
            .awaiting("fal._stream") { call in
                let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
                let arguments = try call.object(at: 2)
                let path = try call.stringOption("path", at: 3) ?? "/stream"
                return operation(services) { client in
                    let ticket = StreamTicket(try await client.stream(endpoint, arguments: arguments, path: path))
                    return { stack in
                        stack.push(ticket, as: streams)
                        return 1
                    }
                }
            },
            .awaiting("fal._next_chunk") { call in
                let ticket = try call.object(at: 1, of: streams)
                return operation(services) { _ in
                    let chunk = try await ticket.events.next()
                    return { stack in
                        if let chunk { stack.push(chunk) } else { stack.pushNil() }
                        return 1
                    }
                }
            },
        ]
    }

    @LoopActor
    private static func files(_ services: any ScriptServices) -> [LuaFunction] {
        [
            // fal.upload(path) or fal.upload{ data =, file_name =, content_type = }: the file's URL at fal.
            .awaiting("fal.upload") { call in
                let upload = try upload(call)
                return operation(services) { client in
                    let url = try await client.upload(
                        upload.content, fileName: upload.fileName, contentType: upload.contentType)
                    return { stack in
                        stack.push(url)
                        return 1
                    }
                }
            },
            // fal.download(url, path): where the file was written; without a path, in the project's picture folder.
            .awaiting("fal.download") { call in
                let url = try call.requireString(1)
                let path = call.stack.isNilOrNone(at: 2) ? nil : try call.requireString(2)
                return operation(services) { client in
                    let written =
                        if let path { try await client.download(url, to: path).path } else {
                            try await ImageFolder(path: try services.imageFolder()).save(url, with: client)
                        }
                    return { stack in
                        stack.push(written)
                        return 1
                    }
                }
            },
        ]
    }

    @LoopActor
    private static func operation(
        _ services: any ScriptServices, _ work: @escaping @LoopActor (FalClient) async throws -> LuaResults
    ) -> LuaOperation {
        OpenOperations.shared.operation {
            try await services.raising { try await work(services.client()) }
        }
    }

    private static func deadline(after timeout: Duration?) -> ContinuousClock.Instant? {
        timeout.map { .now + $0 }
    }

    @LoopActor
    private static func submitOptions(_ call: LuaCall, at index: Int32) throws -> SubmitOptions {
        var options = SubmitOptions()
        if let word = try call.stringOption("priority", at: index) {
            guard let priority = SubmitOptions.Priority(rawValue: word) else {
                throw call.argumentError(index, "priority is '\(word)', normal or low is expected")
            }
            options.priority = priority
        }
        options.startTimeout = try call.durationOption("start_timeout", at: index)
        options.webhook = try call.stringOption("webhook", at: index)
        options.hint = try call.stringOption("hint", at: index)
        options.maxQueueLength = try call.countOption("max_queue_length", at: index)
        return options
    }

    @LoopActor
    private static func upload(
        _ call: LuaCall
    ) throws -> (content: UploadContent, fileName: String?, contentType: String?) {
        guard call.stack.type(at: 1) == .table else { return (.file(try call.requireString(1)), nil, nil) }
        call.stack.getField("data", at: 1)
        guard let data = call.stack.bytes(at: -1) else {
            throw call.argumentError(1, "data is a \(call.stack.typeName(at: -1)), a string is expected")
        }
        return (
            .bytes(data), try call.stringOption("file_name", at: 1), try call.stringOption("content_type", at: 1)
        )
    }

    /// Pushes the ticket and the fields that a script may read.
    @LoopActor
    private static func push(
        _ request: QueueRequest, _ tickets: LuaClass<QueueTicket>, onto stack: LuaStack
    ) -> Int32 {
        stack.push(QueueTicket(request), as: tickets)
        stack.push(
            [
                "endpoint": .string(request.endpoint.description), "request_id": .string(request.requestID),
                "status_url": .string(request.statusURL), "response_url": .string(request.responseURL),
                "cancel_url": .string(request.cancelURL),
            ] as JSONObject)
        return 2
    }

    /// Pushes `{ status =, queue_position =, logs = {…}, metrics = {…}, error =, error_type = }`.
    @LoopActor
    private static func push(_ status: QueueStatus, onto stack: LuaStack) {
        stack.push(status.json)
    }
}
