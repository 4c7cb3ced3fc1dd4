import Foundation

/// A small file system of its own, in memory; for root on Linux.
final class TemporaryDisk {
    private let folder: TemporaryFolder

    init(options: String) throws {
        folder = try TemporaryFolder()
        guard try Self.call("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.path) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    deinit { _ = try? Self.call("umount", "-l", folder.path) }

    var path: String { folder.path }

    /// Whether this machine lets us mount.
    static let isAvailable: Bool = (try? TemporaryDisk(options: "size=64k")) != nil

    func contents() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// Writes a file that leaves so many bytes.
    func fill(leaving rest: Int) throws {
        let free = try FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int ?? 0
        try Data(count: max(0, free - rest)).write(to: URL(fileURLWithPath: path + "/ballast"))
    }

    private static func call(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
