internal import Generation

/// Keys that callers give their jobs.
extension JobTable {
    /// Whether another job has the key and keeps it. A job that gave nothing hands it on to one that is to try again, from
    /// the moment in which that is inserted.
    func isTaken(_ key: String, from job: Job) throws(GenerationError) -> Bool {
        let select = try connection.prepare("SELECT id, state FROM jobs WHERE call_key = ?")
        try select.bind(.text(key))
        guard try select.step(), let owner = select.text(0) else { return false }
        let state = select.text(1).flatMap(Job.State.Name.init)
        guard job.order.options.key?.retriesFailed == true, state?.gaveNothing == true else { return true }
        let free = try connection.prepare("UPDATE jobs SET call_key = NULL WHERE id = ?")
        try free.bind(.text(owner))
        _ = try free.step()
        return false
    }
}
