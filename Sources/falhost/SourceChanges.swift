import Generation
import Scripting

/// How the files that made a request differ from what they were.
struct SourceChanges {
    /// One sentence for each file.
    let remarks: [String]

    init(since receipt: Receipt, in project: Project) {
        let then = receipt.order.subject?.sources
        var remarks: [String] = []
        var known = Set<String>()
        for hash in (then?.preset ?? []) + (then?.rules ?? []) where known.insert(hash.path).inserted {
            if let change = Self.change(of: hash, in: project) { remarks.append("\(hash.path) \(change)") }
        }
        if then != nil, let rules = try? SourceFile.luaFiles(in: project.rules) {
            remarks += rules.map { "scripts/rules/\($0)" }.filter { !known.contains($0) }.map { "\($0) is new" }
        }
        if let hash = receipt.scriptHash, Self.script(receipt.script, isNot: hash, in: project) {
            remarks.append("\(receipt.script) has changed")
        }
        self.remarks = remarks.map { "\($0) since then; the recorded request is sent as it was" }
    }

    /// A script is named as the command line named it, from a folder that may be another now: none is no change.
    private static func script(_ path: String, isNot hash: String, in project: Project) -> Bool {
        guard !path.isEmpty, path != "-" else { return false }
        let text = (try? SourceFile.read(path)) ?? (try? SourceFile.read("\(project.root)/\(path)"))
        return text.map { SHA256.digest(of: $0) != hash } ?? false
    }

    private static func change(of hash: SourceHash, in project: Project) -> String? {
        let path = hash.path.hasPrefix("/") ? hash.path : "\(project.root)/\(hash.path)"
        guard let text = try? SourceFile.read(path) else { return "is gone" }
        return SHA256.digest(of: text) == hash.sha256 ? nil : "has changed"
    }
}
