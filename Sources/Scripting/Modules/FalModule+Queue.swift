import EventLoop
import FalClient
import Generation
import JSON
import LuaRuntime

/// One request in fal's queue, as the Lua side of a handle carries it.
final class QueueTicket {
    let request: QueueRequest
    /// What the ledger knows it as; nil for a request that the script brought along.
    let job: SubmittedJob?
    /// Where the events stand while a script reads them.
    var events: QueueEvents?
    /// The only event of a job whose result is known already was read.
    private var isTold = false

    init(_ request: QueueRequest) {
        self.request = request
        job = nil
    }

    init(_ job: SubmittedJob) {
        request = job.request
        self.job = job
    }

    /// Where the job stands, when that is known without asking.
    var knownStatus: QueueStatus? {
        job?.output == nil ? nil : QueueStatus(.completed(inferenceTime: nil, error: nil, errorType: nil))
    }

    func nextKnownEvent() -> QueueStatus? {
        defer { isTold = true }
        return isTold ? nil : knownStatus
    }
}

extension FalModule {
    /// Handles and iterators, written in Lua so that a script may wait in whatever they call.
    static let queuePrelude: StaticString = """
        local fal, native = ...

        local Handle = { __name = "fal.handle" }
        Handle.__index = Handle

        function Handle:__tostring()
          return "fal.handle " .. self.request_id
        end

        local function handle(options, ticket, fields)
          fields.ticket = ticket
          fields.options = options
          return setmetatable(fields, Handle)
        end

        function Handle:status()
          return native._status(self)
        end

        function Handle:events()
          native._events(self)
          return function()
            if self.completed then
              return nil
            end
            local event = native._next_event(self)
            self.completed = event == nil or event.status == "COMPLETED"
            return event
          end
        end

        function Handle:result()
          return native._result(self)
        end

        function Handle:cancel()
          return native._cancel(self)
        end

        function fal.submit(endpoint, arguments, options)
          return handle(options, native._submit(endpoint, arguments, options))
        end

        function fal.handle(endpoint, request_id, options)
          return handle(options, native._handle(endpoint, request_id, options))
        end

        function fal.subscribe(endpoint, arguments, options)
          if type(options) == "table" and options.cache then
            local kept = native._kept(endpoint, arguments, options)
            if kept then
              return kept
            end
          end
          local job = handle(options, native._subscribe(endpoint, arguments, options))
          local on_update = options and options.on_update
          if on_update then
            for event in job:events() do
              on_update(event)
            end
          end
          return job:result()
        end

        function fal.stream(endpoint, arguments, options)
          local ticket = native._stream(endpoint, arguments, options)
          return function()
            return native._next_chunk(ticket)
          end
        end

        function fal.train(options)
          local training = native._train(options)
          local on_progress = options.on_progress
          if on_progress then
            for percent, line in function() return native._train_line(training) end do
              on_progress(percent or nil, line)
            end
          end
          return native._train_end(training)
        end

        fal.jobs = {
          list = native._jobs_list,
          get = native._jobs_get,
          cancel = native._jobs_cancel,
          spent = native._jobs_spent,
        }

        return { ["fal.Handle"] = Handle }
        """

    @LoopActor
    static func queue(_ services: any ScriptServices) -> [LuaFunction] {
        let ticketClass = LuaClass<QueueTicket>("fal.request", methods: [])
        return requests(services, ticketClass) + updates(services, ticketClass)
    }

    @LoopActor
    private static func requests(_ services: any ScriptServices, _ tickets: LuaClass<QueueTicket>) -> [LuaFunction] {
        [
            submitting("fal.submit", services, tickets), submitting("fal.subscribe", services, tickets),
            kept(services),
            LuaFunction("fal.handle", field: "_handle") { call in
                let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
                let id = try call.requireString(2)
                let hosts = try services.raising { try services.client().hosts }
                let request = QueueRequest(endpoint: endpoint, requestID: id, hosts: hosts)
                return push(QueueTicket(request), tickets, onto: call.stack)
            },
            .awaiting("handle:result", field: "_result") { call in
                let ticket = try ticket(of: call, tickets)
                call.stack.getField("completed", at: 1)
                let completed = call.stack.isTrue(at: -1)
                call.stack.getField("options", at: 1)
                let timeout = call.durationOption("timeout", at: call.stack.top)
                return operation(services) { client in
                    let deadline = deadline(after: timeout)
                    let result =
                        if let job = ticket.job {
                            try await services.jobs().result(
                                of: job, isCompleted: completed, deadline: deadline, keepsForCache: true)
                        } else if completed {
                            try await client.result(of: ticket.request)
                        } else {
                            try await client.wait(for: ticket.request, deadline: deadline)
                        }
                    return { stack in
                        stack.push(result.output)
                        return 1
                    }
                }
            },
            .awaiting("handle:cancel", field: "_cancel") { call in
                let ticket = try ticket(of: call, tickets)
                return operation(services) { client in
                    let outcome =
                        if let job = ticket.job { try await services.jobs().cancel(job) } else {
                            try await client.cancel(ticket.request)
                        }
                    return { stack in
                        stack.push(outcome == .requested || outcome == .removed)
                        return 1
                    }
                }
            },
        ]
    }

    /// Two functions of the prelude begin with a submit; each speaks under its own name.
    @LoopActor
    private static func submitting(
        _ name: String, _ services: any ScriptServices, _ tickets: LuaClass<QueueTicket>
    ) -> LuaFunction {
        .awaiting(name, field: name == "fal.submit" ? "_submit" : "_subscribe") { call in
            let order = try order(call, services)
            let options = try submitOptions(call, at: 3)
            return operation(services) { _ in
                let job = try await services.jobs().submitOrResume(order, options: options)
                return { stack in push(QueueTicket(job), tickets, onto: stack) }
            }
        }
    }

    /// The output of an equal request whose pictures are kept, or nil.
    @LoopActor
    private static func kept(_ services: any ScriptServices) -> LuaFunction {
        .awaiting("fal.subscribe", field: "_kept") { call in
            let order = try order(call, services)
            return operation(services) { _ in
                let output = try await services.jobs().keptAnswer(to: order)?.result.output
                return { stack in
                    if let output { stack.push(output) } else { stack.pushNil() }
                    return 1
                }
            }
        }
    }

    @LoopActor
    private static func order(_ call: LuaCall, _ services: any ScriptServices) throws -> JobOrder {
        let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
        let arguments = try call.object(at: 2)
        let priority = try call.stringOption("priority", at: 3).flatMap { SubmitOptions.Priority(rawValue: $0) }
        var options = JobOptions(
            timeout: call.durationOption("timeout", at: 3) ?? JobOptions.usualTimeout, priority: priority,
            fairnessKey: try call.stringOption("fairness_key", at: 3))
        options.key = try call.keyOption(at: 3, services)
        if call.flagOption("cache", at: 3) { options.cache = arguments["seed"] == nil ? .anySeed : .exact }
        var order = JobOrder(endpoint: endpoint, arguments: arguments, options: options, subject: nil)
        order.place = call.place(services)
        return order
    }

    /// The job of the handle on which a method was called.
    @LoopActor
    private static func ticket(of call: LuaCall, _ tickets: LuaClass<QueueTicket>) throws -> QueueTicket {
        call.stack.getField("ticket", at: 1)
        defer { call.stack.pop() }
        guard let ticket = call.stack.object(at: -1, of: tickets) else {
            throw call.argumentError(1, expected: "handle")
        }
        return ticket
    }

    @LoopActor
    private static func updates(_ services: any ScriptServices, _ tickets: LuaClass<QueueTicket>) -> [LuaFunction] {
        [
            .awaiting("handle:status", field: "_status") { call in
                let ticket = try ticket(of: call, tickets)
                call.stack.getField("options", at: 1)
                let logs = call.flagOption("logs", at: call.stack.top)
                return operation(services) { client in
                    let status =
                        if let known = ticket.knownStatus { known } else {
                            try await client.status(of: ticket.request, logs: logs)
                        }
                    return { stack in
                        push(status, onto: stack)
                        return 1
                    }
                }
            },
            LuaFunction("handle:events", field: "_events") { call in
                let ticket = try ticket(of: call, tickets)
                call.stack.getField("options", at: 1)
                let logs = call.flagOption("logs", at: call.stack.top)
                let timeout = call.durationOption("timeout", at: call.stack.top)
                ticket.events = try services.raising {
                    try services.client().events(of: ticket.request, logs: logs, deadline: deadline(after: timeout))
                }
                return 0
            },
            .awaiting("handle:events", field: "_next_event") { call in
                let ticket = try ticket(of: call, tickets)
                return operation(services) { _ in
                    let status =
                        if ticket.knownStatus == nil { try await ticket.events?.next() } else {
                            ticket.nextKnownEvent()
                        }
                    return { stack in
                        if let status { push(status, onto: stack) } else { stack.pushNil() }
                        return 1
                    }
                }
            },
        ]
    }

    @LoopActor
    static func operation(
        _ services: any ScriptServices, _ work: @escaping @LoopActor (FalClient) async throws -> LuaResults
    ) -> LuaOperation {
        LuaOperation {
            try await services.raising { try await work(services.client()) }
        }
    }

    private static func deadline(after timeout: Duration?) -> ContinuousClock.Instant? {
        timeout.map { .now + $0 }
    }

    @LoopActor
    private static func submitOptions(_ call: LuaCall, at index: Int32) throws -> SubmitOptions {
        var options = SubmitOptions()
        options.priority = try call.stringOption("priority", at: index).flatMap { SubmitOptions.Priority(rawValue: $0) }
        options.startTimeout = call.durationOption("start_timeout", at: index)
        options.webhook = try call.stringOption("webhook_url", at: index)
        options.hint = try call.stringOption("hint", at: index)
        options.maxQueueLength = call.countOption("max_queue_length", at: index)
        return options
    }

    /// Pushes the ticket and the fields that a script may read.
    @LoopActor
    private static func push(
        _ ticket: QueueTicket, _ tickets: LuaClass<QueueTicket>, onto stack: LuaStack
    ) -> Int32 {
        let request = ticket.request
        stack.push(ticket, as: tickets)
        var fields: JSONObject = [
            "endpoint": .string(request.endpoint.description), "request_id": .string(request.requestID),
            "status_url": .string(request.statusURL), "response_url": .string(request.responseURL),
            "cancel_url": .string(request.cancelURL),
        ]
        if ticket.job?.isResumed == true { fields.append("resumed", .bool(true)) }
        stack.push(fields)
        return 2
    }

    /// Pushes `{ status =, queue_position =, logs = {…}, metrics = {…}, error =, error_type = }`.
    @LoopActor
    private static func push(_ status: QueueStatus, onto stack: LuaStack) {
        stack.push(status.json)
    }
}
