/// How a simulator behaves. The times are zero unless asked for: as fast as it can.
package struct SimulatorConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes a free port.
    package var port = 0
    /// A second port on which `POST /{endpoint}` is a direct run, for clients that know hosts only; 0 takes a free one.
    package var runPort: Int? = 0
    /// How long a job waits in the queue.
    package var queueTime: Duration = .zero
    /// How long the model takes.
    package var runTime: Duration = .zero
    /// How long a trainer takes.
    package var trainTime: Duration = .zero
    /// The account's limit of jobs in progress at the same time; nil for any number. Jobs of the queue wait for a place,
    /// one more direct run is answered with 429.
    package var maximumRunning: Int?
    /// Submits and direct runs a second, and as many at once; one more is answered with 429. nil for any number.
    package var maximumRate: Double?
    /// Seeds of jobs without a seed follow from this and from the job's number, counted from 0.
    package var seed: UInt64 = 0
    package var faults: [Fault] = []
    /// What stands before the paths in the URLs of replies, where clients reach the simulator through a proxy.
    package var publicURL: String?
    /// Completed jobs kept for results and pictures, and their bytes; the oldest go first.
    package var keptJobs = 4096
    package var keptJobBytes = 32 << 20
    /// Jobs waiting or running at the same time, and their bytes; one more is answered with 429.
    package var maximumOpenJobs = 50_000
    package var maximumOpenBytes = 256 << 20
    /// Bytes of one request's JSON.
    package var maximumInput = 20 << 20
    /// Bytes of one uploaded file or part, and of all kept files; the oldest go first.
    package var maximumUpload = 128 << 20
    package var keptUploadBytes = 512 << 20
    /// After this long without a request or a byte of one a connection is closed.
    package var idleTimeout: Duration = .seconds(75)
    /// How long the receiver of a webhook may take to answer.
    package var webhookTimeout: Duration = .seconds(15)
    /// The wait before a webhook is sent again; it doubles each time.
    package var webhookRetry: Duration = .seconds(1)
    /// Takes lines for the people who run it, on any thread.
    package var report: (@Sendable (String) -> Void)?

    package init() {}
}
