/// How often files are looked at, and when a change counts.
package struct ReloadSchedule: Sendable {
    private let interval: Duration
    /// How long nothing must have happened to a file before its new version is read.
    let settling: Duration
    private var next = ContinuousClock.now

    /// A look costs a stat(2) for each file, about a microsecond: ten a second are not felt by a person who edits, nor
    /// by a thousand generations a second.
    package init(interval: Duration = .milliseconds(100), settling: Duration = .milliseconds(100)) {
        self.interval = interval
        self.settling = settling
    }

    /// True when it is time to look, and then not for the next interval.
    mutating func isDue() -> Bool {
        let now = ContinuousClock.now
        guard now >= next else { return false }
        next = now + interval
        return true
    }
}
