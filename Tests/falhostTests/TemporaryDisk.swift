import Foundation
import TestSupport

/// A small file system of its own, in memory; for root on Linux.
struct TemporaryDisk {
    let path: String

    /// Mounts a disk for one test and takes it away after.
    static func with(options: String, _ test: (TemporaryDisk) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        guard try call("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.path) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { _ = try? call("umount", "-l", folder.path) }
        try await test(TemporaryDisk(path: folder.path))
    }

    /// Whether this machine lets us mount.
    static let isAvailable: Bool = {
        guard let folder = try? TemporaryFolder(),
            (try? call("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path)) == 0
        else { return false }
        _ = try? call("umount", "-l", folder.path)
        return true
    }()

    func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// Writes a file that leaves so many bytes.
    func fill(leaving rest: Int) throws {
        let free = try FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int ?? 0
        try Data(count: max(0, free - rest)).write(to: URL(fileURLWithPath: path + "/ballast"))
    }

    private static func call(_ arguments: String...) throws -> Int32 {
        let scratch = try TemporaryFolder()
        return try ChildProcess(
            "/usr/bin/env", arguments, environment: ProcessInfo.processInfo.environment, folder: scratch.path,
            output: scratch.path + "/output", errors: scratch.path + "/errors"
        ).wait()
    }
}
