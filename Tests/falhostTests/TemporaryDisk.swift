import Foundation
import TestSupport

/// A small file system of its own, in memory; for root on Linux.
struct TemporaryDisk {
    let path: String

    /// Mounts a disk for one test and takes it away after.
    static func with(options: String, _ test: (TemporaryDisk) throws -> Void) throws {
        let folder = try TemporaryFolder()
        guard try call("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.path) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { _ = try? call("umount", "-l", folder.path) }
        try test(TemporaryDisk(path: folder.path))
    }

    /// Whether this machine lets us mount.
    static let isAvailable: Bool = {
        do {
            try with(options: "size=64k") { _ in }
            return true
        } catch {
            return false
        }
    }()

    func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// Writes a file that leaves so many bytes.
    func fill(leaving rest: Int) throws {
        let free = try FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int ?? 0
        try Data(count: max(0, free - rest)).write(to: URL(fileURLWithPath: path + "/ballast"))
    }

    private static func call(_ arguments: String...) throws -> Int32 {
        let folder = try TemporaryFolder()
        return try ChildProcess(
            "/usr/bin/env", arguments, environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"], folder: "/",
            output: folder.path + "/output", errors: folder.path + "/errors"
        ).wait()
    }
}
