import ArgumentParser
import EventLoop
import Simulator

/// `falhost simulate`: a fal-compatible server on loopback, for trying scripts and for other clients of fal.
struct SimulateCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Serve fal's API on loopback, with simulated pictures and faults to order.")

    static let examples = [
        "falhost simulate --port 8080",
        "FALHOST_BASE_URL=http://127.0.0.1:8080 FAL_KEY=any:thing falhost scripts/quickstart.lua",
        "falhost simulate --queue-time 2 --run-time 5 --fault submit:429:retry-after=2",
    ]

    @Option(help: "Port of the queue and the storage; 0 takes a free one.") var port = 8080
    @Option(help: "Port of direct runs for clients that know hosts only; 0 takes a free one.") var runPort = 0
    @Option(help: "Seconds that a job waits in the queue.") var queueTime = 0.0
    @Option(help: "Seconds that a job runs.") var runTime = 0.0
    @Option(help: "Seconds that a training runs.") var trainTime = 0.0
    @Option(
        help: ArgumentHelp(
            "Jobs that run at a time: others wait in the queue, direct runs are refused with 429.", valueName: "number")
    )
    var concurrencyLimit: Int?
    @Option(
        help: ArgumentHelp("Submits and direct runs a second; others are refused with 429.", valueName: "number"))
    var rateLimit: Double?
    @Option(help: ArgumentHelp("Jobs that wait or run; more are refused with 429.", valueName: "number"))
    var queueLimit: Int?
    @Option(help: "Seconds before a webhook that was not taken is sent again; they double each time.")
    var webhookRetry = 1.0
    @Option(help: "Seeds of jobs that bring none follow from this number.") var seed: UInt64 = 0
    @Option(help: ArgumentHelp("What the URLs in replies begin with, behind a proxy.", valueName: "url"))
    var publicURL: String?
    @Option(name: .customLong("fault"), help: ArgumentHelp("Order a fault.", valueName: "spec")) var faults: [String] =
        []
    @Flag(name: .shortAndLong, help: "Print the address only.") var quiet = false

    func validate() throws {
        guard (0...65_535).contains(port), (0...65_535).contains(runPort) else {
            throw ValidationError("A port is a number from 0 to 65535.")
        }
        guard (0...86_400).contains(queueTime), (0...86_400).contains(runTime),
            (0...86_400).contains(trainTime)
        else {
            throw ValidationError("A time is a number of seconds from 0 to 86400.")
        }
        guard (0.001...3600).contains(webhookRetry) else {
            throw ValidationError("A wait before a webhook is sent again is a number of seconds from 0.001 to 3600.")
        }
        guard concurrencyLimit.map({ $0 > 0 }) ?? true, queueLimit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("A limit of jobs is a number from 1.")
        }
        guard rateLimit.map({ (0.001...1e6).contains($0) }) ?? true else {
            throw ValidationError("A rate is a number of jobs a second from 0.001 to 1000000.")
        }
        _ = try orderedFaults()
    }

    func run() throws {
        Console.reserveStandardStreams()
        var configuration = SimulatorConfiguration()
        configuration.port = port
        configuration.runPort = runPort
        configuration.queueTime = .seconds(queueTime)
        configuration.runTime = .seconds(runTime)
        configuration.trainTime = .seconds(trainTime)
        configuration.maximumRunning = concurrencyLimit
        configuration.maximumRate = rateLimit
        if let queueLimit { configuration.maximumOpenJobs = queueLimit }
        configuration.seed = seed
        configuration.publicURL = publicURL
        configuration.webhookRetry = .seconds(webhookRetry)
        configuration.report = { Console.note($0) }
        configuration.faults = try orderedFaults()
        let (settings, isQuiet) = (configuration, quiet)
        try LoopActor.runBlocking { try await Self.serve(settings, isQuiet) }
    }

    private func orderedFaults() throws -> [Fault] {
        try faults.map { text in
            do {
                return try Fault(parsing: text)
            } catch {
                throw ValidationError("\(error)")
            }
        }
    }

    /// Serves until the first signal.
    @LoopActor
    private static func serve(_ configuration: SimulatorConfiguration, _ isQuiet: Bool) async throws {
        let simulator: Simulator
        do {
            simulator = try await Simulator.start(configuration)
        } catch {
            let isRunPort = (error as? ListenError)?.port != configuration.port
            throw CommandError(
                .unavailable, "\(error); choose another port with \(isRunPort ? "--run-port" : "--port")")
        }
        // The address itself: behind a proxy, baseURL is the proxy's.
        Console.output("http://\(configuration.host):\(simulator.port)")
        if !isQuiet {
            Console.note("simulating fal.ai; in another terminal:")
            Console.note("  FALHOST_BASE_URL=\(simulator.baseURL) FAL_KEY=any:thing falhost scripts/quickstart.lua")
        }
        let (signals, comes) = AsyncStream.makeStream(of: Void.self)
        try Interrupts.handle { comes.finish() }
        for await _ in signals {}
        await simulator.stop()
    }

    /// What --fault takes, for the help page. Not a part of `configuration`: that one is made in every run.
    static var faultTable: String {
        "FAULTS, as --fault STAGE:KIND[:name=value]…:\n"
            + Fault.all.map { fault in
                let stages = fault.stages.map(\.rawValue).sorted().joined(separator: " ")
                let parameters = fault.parameters.map { ":\($0)=" }.joined()
                return "  \(fault.kind)\(parameters) (\(stages)): \(fault.summary)"
            }.joined(separator: "\n")
    }
}
