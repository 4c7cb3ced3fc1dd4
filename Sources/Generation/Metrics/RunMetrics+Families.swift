internal import EventLoop

extension RunMetrics {
    /// Every metric that falhost has of a run.
    @LoopActor
    struct Families {
        let generations = MetricFamily(
            "falhost_generations_total", .counter, help: "Generations that ended, by error code where they failed.",
            labels: work + ["outcome"])
        let jobs = MetricFamily(
            "falhost_jobs_total", .counter, help: "Jobs that ended at fal, by error code where they failed.",
            labels: work + ["outcome"])
        let duration = MetricFamily(
            "falhost_job_duration_seconds", seconds, help: "Time from a job's making to its result.", labels: work)
        let run = MetricFamily(
            "falhost_job_run_seconds", seconds, help: "Time that a job's model ran, as fal tells it.", labels: work)
        let wait = MetricFamily(
            "falhost_job_wait_seconds", seconds,
            help: "The rest of a job's time: its turn here, the queue at fal, the network.", labels: work)
        let spent = MetricFamily(
            "falhost_spend_dollars_total", .counter, help: "Known prices of jobs that ended.", labels: work)
        let estimated = MetricFamily(
            "falhost_estimated_dollars_total", .counter, help: "Estimated prices of jobs that ended.", labels: work)
        let retries = MetricFamily(
            "falhost_request_retries_total", .counter, help: "Requests to fal that were made again after a fault.",
            labels: ["operation"])
        let refusals = MetricFamily(
            "falhost_request_refusals_total", .counter, help: "Requests that fal put off (HTTP 429).",
            labels: ["operation"])
        let inFlight = MetricFamily("falhost_jobs_in_flight", .gauge, help: "Jobs that are at fal or on their way.")
        let waiting = MetricFamily("falhost_jobs_waiting", .gauge, help: "Jobs that wait here for their turn.")
        let start = MetricFamily(
            "falhost_start_time_seconds", .gauge, help: "When the process began, in seconds since 1970.")
        let build = MetricFamily("falhost_build_info", .gauge, help: "The version, always 1.", labels: ["version"])

        var all: [MetricFamily] {
            [
                generations, jobs, duration, run, wait, spent, estimated, retries, refusals, inFlight, waiting, start,
                build,
            ]
        }

        private static let work = ["endpoint", "preset"]

        /// From a cached answer to a training.
        private static let seconds = MetricFamily.Kind.histogram(
            bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800, 3600, 10_800])
    }
}
