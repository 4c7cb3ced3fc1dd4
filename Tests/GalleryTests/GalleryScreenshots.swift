import Foundation
import Gallery
import Testing

/// Where they go.
private let screenshotFolder = ProcessInfo.processInfo.environment["FALHOST_SCREENSHOTS"]

/// The pictures in the documentation.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: screenshotFolder != nil, "only `make screenshots` takes them"))
struct GalleryScreenshots {
    @Test func `Gallery, large view, comparison and phone`() async throws {
        let target = try #require(screenshotFolder)
        let folder = try GalleryFolder()
        let browser = try Browser()
        func take(_ name: String, _ page: URL, _ fragment: String = "", dark: Bool = false) throws {
            try browser.prefer(dark: dark)
            try browser.visit(page, fragment: fragment)
            // The ring around what has the focus is for people with a keyboard.
            try browser.evaluate("document.activeElement.blur()")
            // Where this machine keeps temporary files is nobody's business.
            try browser.evaluate("document.querySelectorAll('dl .file').forEach((row) => row.remove())")
            try browser.screenshot("\(target)/\(name).jpg")
            #expect(try browser.problems() == [])
        }
        let gallery = try await folder.page(SampleGallery.document(in: folder))
        let grid = try await folder.page(
            SampleGallery.comparison(in: folder, hasSecondPicture: false), name: "compare.html")
        try browser.resize(width: 1280, height: 820)
        try take("gallery", gallery, "#order=oldest")
        try take("dark", gallery, "#order=oldest", dark: true)
        try take("viewer", gallery, "#view=000000004be10007.1", dark: true)
        try take("compare", grid)
        try take("sides", gallery, "#compare=000000004be10007.1,000000004be10008.1,000000004be10009.1")
        try take("empty", gallery, "#search=nothing+like+this&language=ru")
        try browser.resize(width: 360, height: 740, scale: 2, isPhone: true)
        try take("phone", gallery, "#order=oldest&language=ru", dark: true)
        try take("phone-viewer", gallery, "#language=ru&view=000000004be10078.1")
        try take("phone-compare", grid)
    }
}
