import EventLoop
import FalClient
import Generation
import JSON
import LuaRuntime
import Training

/// A training, as the Lua side of `fal.train` carries it.
final class TrainingTicket {
    let training: BegunTraining
    /// Nil for one that is done.
    var events: QueueEvents?
    var lines: [(percent: Int?, line: String)] = []
    var isCompleted = false

    init(_ training: BegunTraining) {
        self.training = training
    }
}

/// `fal.train`; its loop is in the prelude, so that `on_progress` may wait in whatever it calls.
extension FalModule {
    @LoopActor
    static func training(_ services: any ScriptServices) -> [LuaFunction] {
        let tickets = LuaClass<TrainingTicket>("fal.training", methods: [])
        return [
            .awaiting("fal.train", field: "_train") { call in
                var request = try request(call)
                request.key = try call.keyOption(at: 1, services)
                call.stack.getField("on_progress", at: 1)
                let isWatched = !call.stack.isNilOrNone(at: -1)
                return training(services) { [request] service in
                    let begun = try await service.begin(try await service.plan(request))
                    let ticket = TrainingTicket(begun)
                    if isWatched, let request = begun.request {
                        ticket.events = try services.client().events(
                            of: request, logs: true, deadline: begun.deadline)
                    }
                    return { stack in
                        stack.push(ticket, as: tickets)
                        return 1
                    }
                }
            },
            // False in place of an unknown percentage: nil would end the loop.
            .awaiting("fal.train", field: "_train_line", isChecked: false) { call in
                let ticket = try ticket(call, tickets)
                return training(services) { _ in
                    guard let (percent, line) = try await nextLine(ticket) else {
                        return { stack in
                            stack.pushNil()
                            return 1
                        }
                    }
                    return { stack in
                        if let percent { stack.push(percent) } else { stack.push(false) }
                        stack.push(line)
                        return 2
                    }
                }
            },
            .awaiting("fal.train", field: "_train_end", isChecked: false) { call in
                let ticket = try ticket(call, tickets)
                return training(services) { service in
                    let done = try await service.finish(ticket.training, isCompleted: ticket.isCompleted)
                    return { stack in
                        stack.push(done.avatar.json)
                        stack.push(done.json)
                        return 2
                    }
                }
            },
        ]
    }

    @LoopActor
    private static func nextLine(_ ticket: TrainingTicket) async throws -> (Int?, String)? {
        while ticket.lines.isEmpty {
            guard !ticket.isCompleted, let status = try await ticket.events?.next() else { return nil }
            ticket.isCompleted = status.isCompleted
            for case .line(let line, let progress) in TrainingEvent.events(in: status) {
                ticket.lines.append((progress?.percent, line))
            }
        }
        return ticket.lines.removeFirst()
    }

    @LoopActor
    private static func ticket(_ call: LuaCall, _ tickets: LuaClass<TrainingTicket>) throws -> TrainingTicket {
        guard let ticket = call.stack.object(at: 1, of: tickets) else {
            throw call.argumentError(1, expected: "training")
        }
        return ticket
    }

    @LoopActor
    private static func training(
        _ services: any ScriptServices, _ work: @escaping @LoopActor (TrainingService) async throws -> LuaResults
    ) -> LuaOperation {
        LuaOperation {
            try await services.raising { try await work(services.training()) }
        }
    }

    @LoopActor
    private static func request(_ call: LuaCall) throws -> TrainingRequest {
        // The declaration allows these two words.
        let type = try call.stringOption("kind", at: 1).flatMap(TrainingType.init) ?? .portrait
        var request = TrainingRequest(
            type: type, photos: try photos(call), name: try call.stringOption("name", at: 1) ?? "",
            trigger: try call.stringOption("trigger", at: 1) ?? "")
        if let preset = try call.stringOption("preset", at: 1) { request.preset = preset }
        request.endpoint = try call.stringOption("endpoint", at: 1)
        request.avatarID = try call.stringOption("avatar_id", at: 1)
        request.userID = try call.stringOption("user_id", at: 1)
        request.keepsFile = call.flagOption("keep_lora", at: 1)
        if let timeout = call.durationOption("timeout", at: 1) { request.timeout = timeout }
        call.stack.getField("settings", at: 1)
        defer { call.stack.pop() }
        if call.stack.type(at: -1) == .table { request.overrides = try call.object(at: call.stack.top) }
        return request
    }

    /// A path, or a list of them.
    @LoopActor
    private static func photos(_ call: LuaCall) throws -> [String] {
        call.stack.getField("photos", at: 1)
        defer { call.stack.pop() }
        switch try call.stack.json(at: -1) {
        case .string(let path): return [path]
        case .object(let empty) where empty.isEmpty: return []
        case .array(let paths):
            let texts = paths.compactMap(\.stringValue)
            if texts.count == paths.count { return texts }
        default: break
        }
        throw call.argumentError(1, "photos: a folder, a zip archive or a list of files is expected")
    }
}
