import Foundation
import Testing

/// Databases and folders that cannot be used.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BadDiskTests {
    @Test(arguments: ["noise", "text", "truncated"])
    func aDatabaseThatIsBrokenIsNamedAndLeftAlone(kind: String) async throws {
        let input = try await BadInput()
        let path = input.project.path + "/broken.db"
        let url = URL(fileURLWithPath: path)
        let healthy = try Data(contentsOf: URL(fileURLWithPath: input.project.path + "/.falhost/falhost.db"))
        switch kind {
        case "noise": try Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 &+ 13) }).write(to: url)
        case "text": try Data("id,name\nanna,Anna\n".utf8).write(to: url)
        // The header and the schema are there, the table's page is noise.
        default: try (healthy.prefix(4096) + Data(repeating: 0xA5, count: healthy.count - 4096)).write(to: url)
        }
        for command in [["avatars", "list"], ["generate", "--simulate", "--avatar", "demo-anna", "x"]] {
            try await input.expect(74, [path, "[storage]"], from: command, environment: ["FALHOST_DB": path])
        }
    }

    @Test func aDatabaseOfAnotherProgramIsRefused() async throws {
        let input = try await BadInput()
        let path = input.project.path + "/.falhost/falhost.db"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // The application id of an SQLite file stands at byte 68.
        bytes.replaceSubrange(68..<72, with: [1, 2, 3, 4])
        let other = try input.project.file("other.db", contents: bytes).path
        try await input.expect(
            74, [other, "another program"], from: ["avatars", "list"], environment: ["FALHOST_DB": other])
    }

    @Test(arguments: ["/dev/null/falhost.db", "/dev/null/sub/falhost.db", "/proc/falhost/falhost.db"])
    func aDatabaseThatCannotBeMadeIsNamed(path: String) async throws {
        try await BadInput().expect(
            74, [String(path.prefix(9)), "FALHOST_DB", "[storage]"],
            from: ["avatars", "list"], environment: ["FALHOST_DB": path])
    }

    /// The folder is looked at before the picture is paid for.
    @Test(arguments: ["/dev/null/pictures", "/proc/falhost/pictures"])
    func aPictureFolderThatCannotBeMadeIsNamedBeforeAnythingIsSent(folder: String) async throws {
        let run = try await BadInput().expect(74, ["[storage]"], from: BadInput.generate("x", "--out", folder))
        #expect(!run.errors.contains("[FAL AI]"), "the picture was paid for: \(run.errors)")
        #expect(run.errors.contains(folder) || run.errors.contains("/proc/falhost"), "\(run.errors)")
    }

    @Test func aFileInThePlaceOfThePictureFolderIsNamed() async throws {
        let input = try await BadInput()
        let file = try input.project.file("pictures", "not a folder").path
        let run = try await input.expect(74, [file, "[storage]"], from: BadInput.generate("x", "--out", file))
        #expect(!run.errors.contains("[FAL AI]"), "\(run.errors)")
    }

    // MARK: Disks of our own

    @Test(.enabled(if: TemporaryDisk.isAvailable, "mounting a small disk needs root"))
    func aFullDiskLeavesNoHalfPicture() async throws {
        let input = try await BadInput()
        try await TemporaryDisk.with(options: "size=64k") { disk in
            try disk.fill(leaving: 8192)
            let before = try disk.contents()
            let arguments = BadInput.generate("x", preset: nil, "--out", disk.path)
            let run = try await FalhostProcess.run(arguments, folder: input.project.url)
            #expect(run.status == 74 && run.complaints.count == 1, "\(run.errors)")
            // The picture is paid for: the line says where it is.
            for words in [disk.path, "No space left", "the picture is at http://", "its content is in"] {
                #expect(run.errors.contains(words), "\(run.errors)")
            }
            #expect(try disk.contents() == before)
            let objects = try FileManager.default.subpathsOfDirectory(atPath: input.project.path + "/.falhost/objects")
            #expect(objects.count { $0.hasSuffix(".jpg") } == 1, "\(objects)")
        }
    }

    @Test(.enabled(if: TemporaryDisk.isAvailable, "mounting a small disk needs root"))
    func aFullDiskKeepsNoHalfPictureAmongTheObjects() async throws {
        let input = try await BadInput()
        try await TemporaryDisk.with(options: "size=64k") { disk in
            try disk.fill(leaving: 8192)
            let objects = input.project.path + "/.falhost/objects"
            try FileManager.default.createSymbolicLink(atPath: objects, withDestinationPath: disk.path)
            let before = try disk.contents()
            try await input.expect(
                74, [objects, "No space left", "the picture is at http://"], from: BadInput.generate("x"))
            #expect(try disk.contents() == before)
        }
    }

    @Test(.enabled(if: TemporaryDisk.isAvailable, "mounting a small disk needs root"))
    func aFullDiskSavesNoHalfAvatarFile() async throws {
        let input = try await BadInput()
        let demo = input.project.path + "/scripts/lib/demo_avatars.json"
        let name = String(repeating: "n", count: 500)
        let many = (0..<2000).map {
            #"{"id": "a\#($0)", "name": "\#(name)", "training_type": "style", "status": "draft"}"#
        }
        let file = try input.project.file("many.json", "[" + many.joined(separator: ",") + "]").path
        try await TemporaryDisk.with(options: "size=256k") { disk in
            let database = ["FALHOST_DB": disk.path + "/falhost.db"]
            #expect(try await FalhostProcess.run("avatars", "import", demo, environment: database).status == 0)
            try await input.expect(
                74, ["full", "[storage]"], from: ["avatars", "import", file], environment: database)
            let left = try await FalhostProcess.run("avatars", "list", environment: database)
            #expect(left.output.split(separator: "\n").count == 2, "\(left.output) \(left.errors)")
        }
    }

    @Test(.enabled(if: TemporaryDisk.isAvailable, "mounting a read-only disk needs root"))
    func aReadOnlyFolderIsNamedBeforeAnythingIsSent() async throws {
        let input = try await BadInput()
        try await TemporaryDisk.with(options: "size=64k,ro") { disk in
            let run = try await input.expect(
                74, [disk.path, "Read-only file system"], from: BadInput.generate("x", preset: nil, "--out", disk.path))
            #expect(!run.errors.contains("[FAL AI]"), "the picture was paid for: \(run.errors)")
            let database = ["FALHOST_DB": disk.path + "/x.db"]
            try await input.expect(74, [disk.path, "[storage]"], from: ["avatars", "list"], environment: database)
        }
    }
}
