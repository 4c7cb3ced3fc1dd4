import Foundation
import Testing

/// falhost beside the folder that `make install` fills.
@Suite(.timeLimit(.minutes(5)))
struct InstalledProjectTests {
    /// PREFIX, with the program in bin/ and presets and scripts in share/falhost/.
    private func installed() throws -> TemporaryFolder {
        let prefix = try TemporaryFolder()
        for name in ["presets", "scripts"] {
            let target = prefix.url.appendingPathComponent("share/falhost/\(name)")
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: FalhostProcess.repository.appendingPathComponent(name), to: target)
        }
        try FileManager.default.createDirectory(
            at: prefix.url.appendingPathComponent("bin"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: FalhostProcess.executable, to: prefix.url.appendingPathComponent("bin/falhost"))
        return prefix
    }

    @Test func whatMakeInstallsRunsAndUninstallTakesAwayToTheLastFile() async throws {
        let folder = try TemporaryFolder()
        let prefix = folder.path + "/prefix"
        let variables = "PREFIX=\(prefix) MANUAL=\(folder.path)/manual FALHOST=\"$FALHOST\""
        let installed = try await FalhostProcess.shell(
            "bash .ci/manual \"$FALHOST\" \(folder.path)/manual && make -s place \(variables)",
            folder: FalhostProcess.repository)
        #expect(installed.status == 0, "\(installed.errors)")
        let run = try await RunningFalhost(
            ["presets", "list"], folder: folder.url, executable: URL(fileURLWithPath: prefix + "/bin/falhost")
        ).ending()
        #expect(run.status == 0 && run.output.contains("balanced"), "\(run.errors)")
        #expect(try files(below: prefix).count > 20)
        let removed = try await FalhostProcess.shell(
            "make -s uninstall \(variables)", folder: FalhostProcess.repository)
        #expect(removed.status == 0, "\(removed.errors)")
        #expect(try files(below: prefix) == [])
    }

    private func files(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    @Test(arguments: [nil, "relative", "absolute"])
    func dataOfItsUserGoToTheUsersFolder(kind: String?) async throws {
        let prefix = try installed()
        let home = try TemporaryFolder()
        var environment = ["HOME": home.path]
        var data = home.path + "/.local/share/falhost"
        if kind == "relative" { environment["XDG_DATA_HOME"] = "data" }
        if kind == "absolute" {
            environment["XDG_DATA_HOME"] = home.path + "/data"
            data = home.path + "/data/falhost"
        }
        let run = try await RunningFalhost(
            ["--simulate", "--quiet", prefix.path + "/share/falhost/scripts/portrait.lua"], environment: environment,
            folder: home.url, executable: prefix.url.appendingPathComponent("bin/falhost")
        ).ending()
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix(data + "/images/"), "\(run.output)")
        #expect(FileManager.default.fileExists(atPath: data + "/falhost.db"))
        #expect(!FileManager.default.fileExists(atPath: prefix.path + "/share/falhost/.falhost"))
        #expect(!FileManager.default.fileExists(atPath: home.path + "/data/falhost") || kind == "absolute")
    }
}
