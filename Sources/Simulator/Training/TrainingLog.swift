/// The lines a trainer prints: what it found, then tqdm's bar, at equal steps of time.
enum TrainingLog {
    /// Bars between the first, which is empty, and the last, which is full.
    static let ticks = 20
    /// Lines before the first bar.
    static let preludeCount = 2
    /// Prelude, empty bar, bars, and the last line.
    static let count = preludeCount + 1 + ticks + 1

    static func line(_ index: Int, of model: TrainedModel?, seconds: Double) -> String {
        guard index > 0, let model else { return "Downloading the archive" }
        if index == 1 { return "Found \(model.photos) images and \(model.captions) captions" }
        if index == count - 1 { return "Training finished, saving" }
        return bar(tick: index - preludeCount, steps: model.steps, seconds: seconds)
    }

    /// `83%|████████▎ | 2482/3000 [43:27<09:04,  1.05s/it]`
    static func bar(tick: Int, steps: Int, seconds: Double) -> String {
        let done = steps * tick / ticks
        let percent = 100 * tick / ticks
        let passed = seconds * Double(tick) / Double(ticks)
        let padding = String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0)
        let left = tick == 0 ? "?" : clock(seconds - passed)
        return "\(padding)\(percent)%|\(blocks(tick))| \(done)/\(steps) [\(clock(passed))<\(left), "
            + "\(rate(done: done, seconds: passed))]"
    }

    /// Ten places, each of eight parts.
    private static func blocks(_ tick: Int) -> String {
        let parts = 80 * tick / ticks
        let (full, part) = (parts / 8, parts % 8)
        let partial = part == 0 ? "" : String(["▏", "▎", "▍", "▌", "▋", "▊", "▉"][part - 1])
        return String(repeating: "█", count: full) + partial
            + String(repeating: " ", count: 10 - full - partial.count)
    }

    /// `43:27`, from an hour on `1:02:03`.
    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds)
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        let start = hours > 0 ? "\(hours):" + (minutes < 10 ? "0" : "") : minutes < 10 ? "0" : ""
        return start + "\(minutes):" + (whole % 60 < 10 ? "0" : "") + "\(whole % 60)"
    }

    /// Iterations a second, or seconds an iteration where these are more than one.
    private static func rate(done: Int, seconds: Double) -> String {
        guard done > 0, seconds > 0 else { return "?it/s" }
        let rate = Double(done) / seconds
        return rate >= 1 ? "\(twoDecimals(rate))it/s" : "\(twoDecimals(1 / rate))s/it"
    }

    private static func twoDecimals(_ number: Double) -> String {
        let hundredths = Int(min(number, 1e9) * 100 + 0.5)
        let rest = hundredths % 100
        let text = "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
    }
}
