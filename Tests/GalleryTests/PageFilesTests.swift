import Foundation
import TestSupport
import Testing

@testable import Gallery

struct PageFilesTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func `The page is what make reference would put in`() throws {
        let folder = try GalleryFolder()
        let script = Self.repository.appendingPathComponent(".ci/embed-page").path
        let child = try ChildProcess(
            "/bin/bash", [script], environment: ["PATH": "/usr/bin:/bin"], folder: folder.path,
            output: folder.path + "/made", errors: folder.path + "/errors")
        #expect(child.wait() == 0)
        let made = try String(contentsOfFile: folder.path + "/made", encoding: .utf8)
        let kept = try String(
            contentsOf: Self.repository.appendingPathComponent("Sources/Gallery/PageFiles.swift"), encoding: .utf8)
        #expect(made == kept, "run make reference")
    }
}

struct RelativePathTests {
    @Test(arguments: [
        ("/p/images/a.jpg", "/p", "./images/a.jpg"), ("/p/images/a.jpg", "/p/gallery", "../images/a.jpg"),
        ("/a b/50%#?.jpg", "/", "./a%20b/50%25%23%3F.jpg"), ("/p/анна.png", "/p", "./%D0%B0%D0%BD%D0%BD%D0%B0.png"),
        ("/p/q/../a.jpg", "/p/./q", "../a.jpg"), ("/p/javascript:x.jpg", "/p", "./javascript%3Ax.jpg"),
    ])
    func `A file is named as seen from the page`(file: String, folder: String, link: String) {
        #expect(RelativePath.link(to: file, from: folder) == link)
    }
}
