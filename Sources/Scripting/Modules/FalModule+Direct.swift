import EventLoop
import FalClient
import Generation
import LuaRuntime

/// A direct stream that a script reads.
final class StreamTicket {
    let events: FalEventStream

    init(_ events: FalEventStream) {
        self.events = events
    }
}

extension FalModule {
    /// Calls to an endpoint without the queue.
    @LoopActor
    static func direct(_ services: any ScriptServices) -> [LuaFunction] {
        let streams = LuaClass<StreamTicket>("fal.stream", methods: [])
        return [
            .awaiting("fal.run") { call in
                let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
                let arguments = try call.object(at: 2)
                let timeout = call.durationOption("timeout", at: 3)
                var options = JobOptions(timeout: timeout ?? JobOptions.usualTimeout)
                options.key = try call.keyOption(at: 3, services)
                return operation(services) { [options] _ in
                    let jobs = try services.jobs()
                    let result: QueueResult
                    if options.key == nil {
                        result = try await jobs.run(endpoint, arguments: arguments, timeout: timeout)
                    } else {
                        // Only a job of the queue can be found again.
                        let order = JobOrder(
                            endpoint: endpoint, arguments: arguments, options: options, subject: nil)
                        let job = try await jobs.submitOrResume(order, options: SubmitOptions())
                        result = try await jobs.result(of: job, deadline: .now + options.timeout)
                    }
                    return { stack in
                        stack.push(result.output)
                        return 1
                    }
                }
            },
            .awaiting("fal.stream", field: "_stream") { call in
                let endpoint = try services.raising { try EndpointID(try call.requireString(1)) }
                let arguments = try call.object(at: 2)
                let path = try call.stringOption("path", at: 3) ?? "/stream"
                return operation(services) { _ in
                    let events = try await services.jobs().stream(endpoint, arguments: arguments, path: path)
                    let ticket = StreamTicket(events)
                    return { stack in
                        stack.push(ticket, as: streams)
                        return 1
                    }
                }
            },
            .awaiting("fal.stream", field: "_next_chunk", isChecked: false) { call in
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
}
