import EventLoop
import Generation

/// What a receiver that collects tells, for as long as it runs: a line a job as `falhost resume` has it, and the same remark
/// about an open job once.
@LoopActor
final class CollectionReport {
    /// By the ids of open jobs.
    private var remarks: [String: String] = [:]

    func tell(_ job: RecoveredJob) {
        let (id, isOpen) = (job.job.id, job.job.state.name.isOpen)
        if isOpen, let remark = job.remark, remarks[id] == remark { return }
        remarks[id] = isOpen ? job.remark : nil
        Console.output(ResumeReport.line(job))
        ResumeReport.noteRemark(of: job)
    }
}
