import Foundation
import JSON
import Simulator
import Testing

/// `falhost gallery` as operators meet it.
@Suite(.timeLimit(.minutes(5)))
struct GalleryCommandTests {
    /// Two pictures of each of two avatars, and a job that failed.
    private static func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
        try project.file("p.txt", "by the sea\nit's </script> night\n")
        try await withSimulator(faults: ["submit:422:after=3"]) { simulator in
            let run = try await FalhostProcess.run(
                "batch", "p.txt", "--avatar", "demo-anna,demo-noir", "--preset", "fast", "--concurrency", "1",
                environment: simulator.environment(), folder: project.url)
            #expect(run.status == 3, "\(run.errors)")
        }
        return project
    }

    private static func receipts(_ project: TemporaryFolder) throws -> [String] {
        let images = project.path + "/.falhost/images/"
        return try FileManager.default.subpathsOfDirectory(atPath: images).filter { $0.hasSuffix(".json") }
            .map { images + $0 }
    }

    /// What the page's script reads.
    private static func data(_ page: String) throws -> JSONValue {
        let html = try String(contentsOfFile: page, encoding: .utf8)
        let start = try #require(html.range(of: #"id="data">"#)).upperBound
        let end = try #require(html[start...].range(of: "</script>")).lowerBound
        return try JSONValue(parsing: Array(html[start..<end].utf8))
    }

    @Test func `The last run's pictures, with what made them and a command that makes them again`() async throws {
        let project = try await Self.project()
        let run = try await FalhostProcess.run("gallery", "--contact-sheet", "sheet.png", folder: project.url)
        #expect(run.status == 0 && run.complaints == [], "\(run.errors)")
        let paths = run.output.split(separator: "\n").map(String.init)
        try #require(paths.count == 2)
        #expect(paths[0].contains("/.falhost/gallery/20") && paths[0].hasSuffix(".html"))
        #expect(
            try Data(contentsOf: project.url.appendingPathComponent(paths[1])).starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let data = try Self.data(paths[0])
        #expect(data["language"] == "en")
        let entries = try #require(data["entries"]?.arrayValue)
        #expect(entries.count == 4)
        #expect(entries.map { $0["state"] }.filter { $0 == "completed" }.count == 3)
        let failed = try #require(entries.first { $0["state"] == "failed" })
        #expect(failed["code"] == "validation" && failed["link"] == nil)
        let night = try #require(entries.first { $0["prompt"] == "it's </script> night" && $0["link"] != nil })
        let link = try #require(night["link"]?.stringValue)
        let folder = URL(fileURLWithPath: paths[0]).deletingLastPathComponent()
        #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(link).standardized.path))
        #expect(night["file"]?.stringValue.map { $0.hasPrefix("../images/") } == true)
        let html = try String(contentsOfFile: paths[0], encoding: .utf8)
        #expect(html.components(separatedBy: "id=\"small-").count == 4, "a thumbnail for each picture")

    }

    @Test func `A picture without a receipt has a command that asks for the very same request`() async throws {
        let project = try await Self.project()
        for receipt in try Self.receipts(project) { try FileManager.default.removeItem(atPath: receipt) }
        let run = try await FalhostProcess.run("gallery", folder: project.url)
        let entries = try #require(try Self.data(String(run.output.dropLast()))["entries"]?.arrayValue)
        for entry in entries {
            let command = try #require(entry["command"]?.stringValue)
            let explained = try await FalhostProcess.shell(
                command.replacingOccurrences(of: "falhost generate", with: "\"$FALHOST\" explain --json"),
                folder: project.url)
            #expect(explained.status == 0, "\(explained.errors)")
            let arguments = try JSONValue(parsing: Array(explained.output.utf8))["arguments"]
            #expect(arguments == entry["arguments"], "\(command)")
        }
    }

    @Test func `A picture with a receipt is made again from that`() async throws {
        let project = try await Self.project()
        let run = try await FalhostProcess.run("gallery", folder: project.url)
        let entries = try #require(try Self.data(String(run.output.dropLast()))["entries"]?.arrayValue)
        for entry in entries where entry["link"] != nil {
            #expect(entry["receipt"]?.stringValue.map { $0.hasPrefix("../images/") && $0.hasSuffix(".json") } == true)
            let command = try #require(entry["command"]?.stringValue)
            let redone = try await FalhostProcess.shell(
                command.replacingOccurrences(of: "falhost redo", with: "\"$FALHOST\" redo --dry-run"),
                folder: project.url)
            #expect(redone.status == 0 && redone.output.contains(entry["seed"]?.stringValue ?? "?"), "\(redone.errors)")
        }
    }

    @Test func `The page goes where one says, in one's language, with the whole pictures`() async throws {
        let project = try await Self.project()
        let run = try await FalhostProcess.run(
            "gallery", "--all", "--embed", "--page", "out/all.html", environment: ["FALHOST_LANG": "ru"],
            folder: project.url)
        #expect(run.status == 0, "\(run.errors)")
        let page = project.path + "/out/all.html"
        #expect(run.output.hasSuffix("/out/all.html\n"))
        #expect(try Self.data(page)["language"] == "ru")
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.components(separatedBy: "id=\"full-").count == 4)
        #expect(html.contains("<html lang=\"ru\">"))
    }

    @Test func `A picture whose name is gone is shown from the store; one that is gone altogether is told`()
        async throws
    {
        let project = try await Self.project()
        let data = project.path + "/.falhost/"
        let names = try FileManager.default.subpathsOfDirectory(atPath: data + "images").filter { $0.hasSuffix(".jpg") }
        let gone = try #require(names.first)
        try FileManager.default.removeItem(atPath: data + "images/" + gone)
        let moved = try await FalhostProcess.run("gallery", folder: project.url)
        #expect(moved.status == 0 && moved.complaints == [], "\(moved.errors)")
        let links = try Self.data(String(moved.output.dropLast()))["entries"]?.arrayValue?.compactMap {
            $0["link"]?.stringValue
        }
        #expect(links?.filter { $0.hasPrefix("../objects/") }.count == 1)
        try FileManager.default.removeItem(atPath: data + "objects")
        let run = try await FalhostProcess.run("gallery", folder: project.url)
        #expect(run.status == 0)
        #expect(
            run.complaints.count == 1 && run.errors.contains(gone) && run.errors.contains("No such file"),
            "\(run.errors)")
    }

    #if os(Linux)
        @Test func `Without libgd the page shows the files, and there is no contact sheet`() async throws {
            let project = try await Self.project()
            try project.file("no-libraries/libgd.so.3", "this is none")
            let none = ["LD_LIBRARY_PATH": project.path + "/no-libraries"]
            let run = try await FalhostProcess.run("gallery", environment: none, folder: project.url)
            #expect(run.status == 0)
            #expect(run.errors.contains("needs libgd (Debian: apt install libgd3"), "\(run.errors)")
            let html = try String(contentsOfFile: String(run.output.dropLast()), encoding: .utf8)
            #expect(!html.contains("id=\"small-") && html.contains("\"link\":"))
            let sheet = try await FalhostProcess.run(
                "gallery", "--contact-sheet", "s.png", environment: none, folder: project.url)
            #expect(
                sheet.status == 78 && sheet.errors.contains("no contact sheet") && sheet.output == "", "\(sheet.errors)"
            )
        }
    #endif

    @Test(arguments: [
        (["gallery"], 66, "no run has made pictures yet"), (["gallery", "none"], 66, "the ledger has no run 'none'"),
        (["gallery", "--since", "1h"], 66, "the ledger has no job since then"),
        (["gallery", "x", "--all"], 64, "exclude each other"), (["gallery", "--since", "soon"], 64, "soon"),
        (["gallery", "--page", ""], 64, "--page takes the name of a file"),
    ])
    func `What cannot be shown`(arguments: [String], status: Int, words: String) async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(arguments, folder: project.url)
        #expect(run.status == Int32(status) && run.errors.contains(words) && run.output == "", "\(run.errors)")
    }

    @Test func `A page that cannot be written`() async throws {
        let project = try await Self.project()
        let run = try await FalhostProcess.run("gallery", "--page", "/proc/page.html", folder: project.url)
        #expect(run.status == 73 && run.errors.contains("cannot write '/proc/page.html'"), "\(run.errors)")
    }
}
