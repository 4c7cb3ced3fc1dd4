import EventLoop
import Generation

/// The files that a preset or a rule was made of, as they were when they were read.
@LoopActor
final class SourceRecord {
    /// A file system's clock ticks in steps of up to 10 ms: a file that changed just before it was read may change again
    /// under the same stamp.
    private static let clockStep = Duration.milliseconds(20)

    private enum Seen {
        case missing
        case read(FileStamp)
        /// Read within one step of the clock after it changed: its stamp alone proves nothing.
        case readFresh(FileStamp, contents: [UInt8])
    }
    private var files: [String: Seen] = [:]
    /// What was read, in that order.
    private(set) var hashes: [SourceHash] = []

    /// The bytes of a file, which is part of the record from now on, whether it can be read or not.
    func read(_ path: String) throws(SourceFile.ReadError) -> [UInt8] {
        do throws(SourceFile.ReadError) {
            let (bytes, stamp) = try SourceFile.readStamped(path)
            files[path] = Self.seen(stamp, contents: bytes)
            if let hash = SHA256.digest(of: bytes) { hashes.append(SourceHash(path: path, sha256: hash)) }
            return bytes
        } catch {
            note(path)
            throw error
        }
    }

    /// Makes a folder, or a file that ought to be there, part of the record as it is now.
    func note(_ path: String) {
        files[path] = FileStamp(path: path).map { Self.seen($0, contents: []) } ?? .missing
    }

    private static func seen(_ stamp: FileStamp, contents: [UInt8]) -> Seen {
        stamp.isOlder(than: clockStep) ? .read(stamp) : .readFresh(stamp, contents: contents)
    }

    /// Adds what another one consists of.
    func add(_ other: SourceRecord) {
        files.merge(other.files) { $1 }
    }

    /// True when a file is not what it was, and nothing has happened to any such file for `settling`: editors write
    /// in several steps.
    func hasChanged(settling: Duration) -> Bool {
        var hasChanged = false
        for (path, seen) in files {
            switch change(of: path, seen, settling) {
            case .none: continue
            case .unsettled: return false
            case .settled: hasChanged = true
            }
        }
        return hasChanged
    }

    private enum Change {
        case none
        case unsettled
        case settled
    }

    private func change(of path: String, _ seen: Seen, _ settling: Duration) -> Change {
        let now = FileStamp(path: path)
        switch (seen, now) {
        case (.missing, nil): return .none
        case (.read(let stamp), let now?) where stamp == now: return .none
        case (.readFresh(let stamp, let contents), let now?) where stamp == now:
            return reread(path, stamp, contents)
        case (_, let now?): return now.isOlder(than: settling) ? .settled : .unsettled
        // An editor that moves the old file away and writes the new one leaves a moment with neither.
        case (_, nil): return Self.folderIsSettled(around: path, settling) ? .settled : .unsettled
        }
    }

    /// Looks again at a file with an ambiguous stamp, once the clock has moved on.
    private func reread(_ path: String, _ stamp: FileStamp, _ contents: [UInt8]) -> Change {
        guard stamp.isOlder(than: Self.clockStep) else { return .none }
        guard let (bytes, now) = try? SourceFile.readStamped(path), bytes == contents else { return .settled }
        files[path] = .read(now)
        return .none
    }

    private static func folderIsSettled(around path: String, _ settling: Duration) -> Bool {
        guard let slash = path.lastIndex(of: "/") else { return true }
        return FileStamp(path: String(path[..<slash]))?.isOlder(than: settling) ?? true
    }
}
