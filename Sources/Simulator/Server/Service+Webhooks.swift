import NIOCore

/// What a job that has ended tells the URL that its submit named.
extension Service {
    /// Called once a job has ended; the payload is what its result's reply has.
    func announceEnd(of job: Job) {
        guard let url = job.origin.webhook else { return }
        switch result(of: job, fault: nil) {
        case .reply(let reply): webhooks.send(job, to: url, status: reply.status, payload: reply.body)
        case .later(let future):
            let ended = NIOLoopBound((service: self, job: job), eventLoop: loop)
            future.whenSuccess { reply in
                ended.value.service.webhooks.send(ended.value.job, to: url, status: reply.status, payload: reply.body)
            }
        case .statusStream, .events: break
        }
    }

    var keySet: Reply { Reply(json: webhooks.keySet()) }
}
