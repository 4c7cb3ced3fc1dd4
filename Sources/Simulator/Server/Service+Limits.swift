import NIOCore

/// What an account may not do, whatever it sends (facts: 429).
extension Service {
    /// Jobs that wait or run, and direct runs.
    var openJobs: Int { jobs.openCount + directRuns }

    /// fal queues what it cannot run yet, but a direct run has no queue.
    var concurrencyRefusal: Reply? {
        guard let most = configuration.maximumRunning, jobs.running + directRuns >= most else { return nil }
        return refused(.requestError(RequestError(type: "concurrent_requests_limit"), requestID: nextID()))
    }

    /// Takes a token; without one, says when the next is there.
    func rateRefusal() -> Reply? {
        guard let rate = configuration.maximumRate else { return nil }
        let now = NIODeadline.now()
        if let last = lastToken {
            tokens = min(max(1, rate), tokens + rate * Double((now - last).nanoseconds) / 1e9)
        } else {
            tokens = max(1, rate)
        }
        lastToken = now
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        var reply = refused(.detail(429, "Rate limit exceeded: \(rate) requests a second"))
        reply.headers.append(("retry-after", String(Int(((1 - tokens) / rate).rounded(.up)))))
        return reply
    }

    func refused(_ reply: Reply) -> Reply {
        counters.countRefusal()
        var reply = reply
        reply.headers.append(("x-fal-needs-retry", "1"))
        return reply
    }
}
