import Foundation
import Gallery
import JSON
import Testing

/// The page in a real browser.
@Suite(
    .serialized, .timeLimit(.minutes(10)),
    .enabled(if: Browser.executable != nil, "no Chromium is installed (Debian: apt install chromium)"),
    .enabled(if: Thumbnails.problem == nil, "no libgd is installed (Debian: apt install libgd3)"))
struct GalleryPageBrowserTests {
    private static let summary = "document.querySelector('#summary').textContent"
    private static let cardCount = "document.querySelectorAll('#cards > .card').length"

    /// Puts a value into a control as a person does.
    private static func choose(_ browser: Browser, _ control: String, _ value: String) throws {
        try browser.evaluate(
            """
            { const control = document.getElementById("\(control)"); control.value = "\(value)";
              control.dispatchEvent(new Event("input")); }
            """)
        try browser.settle()
    }

    @Test func `Nothing is asked of any network, and nothing goes wrong`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        let page = try await folder.page(SampleGallery.document(in: folder))
        try browser.visit(page)
        #expect(try browser.problems() == [])
        #expect(try browser.requests() == [page.absoluteString])
        #expect(try browser.text("document.querySelector('#title').textContent") == "20261122-192005-3f9a")
        #expect(try browser.text(Self.summary).hasPrefix("120 pictures · 2 jobs without a picture · spent: $4.20"))
        let refusal = try browser.text(
            """
            new Promise((done) => { addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
              fetch("https://example.com").catch(() => setTimeout(() => done("not by the page"), 500)); })
            """)
        #expect(refusal == "connect-src", "the page's own policy forbids it")
    }

    @Test func `A picture is there only near the window`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        try browser.visit(try await folder.page(SampleGallery.document(in: folder, count: 600)))
        let loaded = "document.querySelectorAll('#cards img[src]').length"
        let visible = """
            [...document.querySelectorAll('#cards .open img')].filter((image) => {
              const box = image.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; })
            """
        #expect(try browser.number(Self.cardCount) == 602)
        #expect((10..<120).contains(try browser.number(loaded)))
        #expect(try browser.isTrue("\(visible).every((image) => image.complete && image.naturalWidth === 320)"))
        try browser.evaluate("scrollTo(0, document.body.scrollHeight)")
        try browser.settle()
        try browser.wait(
            for: "\(visible).length > 0 && \(visible).every((image) => image.complete && image.naturalWidth)")
        #expect((1..<120).contains(try browser.number(loaded)), "those far above are let go")
    }

    @Test func `Filters, search and order`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        try browser.visit(try await folder.page(SampleGallery.document(in: folder)))
        try Self.choose(browser, "avatar", "мария")
        #expect(try browser.number(Self.cardCount) == 40)
        #expect(try browser.text(Self.summary).hasPrefix("40 pictures of 120"))
        try Self.choose(browser, "preset", "portrait")
        #expect(try browser.number(Self.cardCount) == 20)
        #expect(try browser.text("location.hash").contains("preset=portrait"))
        try browser.click("#reset")
        #expect(try browser.number(Self.cardCount) == 122)
        try Self.choose(browser, "state", "failed")
        #expect(try browser.number(Self.cardCount) == 2)
        #expect(try browser.text("document.querySelector('#cards .why strong').textContent") == "timeout")
        try browser.click("#reset")
        try Self.choose(browser, "state", "flagged")
        #expect(try browser.number(Self.cardCount) == 1)
        try browser.click("#reset")
        try Self.choose(browser, "search", "ПОРТРЕТ У ОКНА, 8")
        #expect(try browser.number(Self.cardCount) == 3, "8, 83 and 88")
        try Self.choose(browser, "search", "no such thing")
        #expect(try browser.isTrue("!document.querySelector('#empty').hidden"))
        try browser.click("#reset")
        let first = "document.querySelector('#cards .prompt').textContent"
        try Self.choose(browser, "order", "oldest")
        #expect(try browser.text(first) == "a park in autumn, 0")
        try Self.choose(browser, "order", "seed")
        #expect(try browser.text(first) == "a park in autumn, 0")
        #expect(try browser.problems() == [])
    }

    @Test func `Hostile text stays text`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        let hostile =
            #"</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2"> <!--\u2028 "'&lt; ]]>"#
            + "\u{2028}\u{2029}"
        var entry = GalleryEntry.sample(1, avatar: hostile, preset: "<b>x</b>", prompt: hostile)
            .showing(try folder.file("a.jpg", DrawnPicture.jpeg("a")))
        entry.failure = .init(code: hostile, message: hostile)
        let document = GalleryDocument(title: hostile, language: "en", made: 0, entries: [entry])
        try browser.visit(try await folder.page(document))
        try browser.press("ArrowRight")
        try browser.press("Enter")
        #expect(try browser.isTrue("window.hacked === undefined"))
        #expect(try browser.text("document.querySelector('#viewer h2').textContent") == hostile)
        #expect(try browser.text("document.querySelector('#title').textContent") == hostile)
        #expect(try browser.text("document.querySelector('.again code').textContent") == entry.command)
        #expect(try browser.problems() == [])
    }

    @Test func `The keyboard does everything`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        try browser.visit(try await folder.page(SampleGallery.document(in: folder)))
        let focused = "document.activeElement.getAttribute('aria-label')"
        try browser.press("ArrowRight")
        try browser.press("ArrowRight")
        try browser.press("ArrowRight")
        #expect(try browser.text(focused).hasSuffix(", 119"), "the two failed ones come first")
        try browser.press("Enter")
        #expect(try browser.isTrue("viewer.open"))
        let heading = "document.querySelector('#viewer h2').textContent"
        #expect(try browser.text(heading).hasSuffix(", 119"))
        try browser.wait(for: "document.querySelector('.stage img').naturalWidth === 512")
        try browser.press("ArrowRight")
        #expect(try browser.text(heading).hasSuffix(", 118"))
        try browser.press("Escape")
        try browser.wait(for: "!document.querySelector('#viewer').open && !location.hash.includes('view')")
        #expect(try browser.text(focused).hasSuffix(", 118"), "where one was")
        try browser.press("c")
        try browser.press("ArrowRight")
        try browser.press(" ")
        #expect(try browser.text("document.querySelector('#selection span').textContent") == "2 selected")
        try browser.press("C")
        #expect(try browser.isTrue("document.querySelector('#comparison').open"))
        #expect(try browser.number("document.querySelectorAll('.sides figure').length") == 2)
        #expect(
            try browser.text("document.querySelector('.differences table').innerText").contains("Seed\t1118\t1117"))
        try browser.press("Escape")
        try browser.press("Escape")
        #expect(try browser.isTrue("document.querySelector('#selection').hidden"))
        try browser.press("/")
        try browser.type("by the sea")
        #expect(try browser.number(Self.cardCount) == 24)
        #expect(try browser.problems() == [])
    }

    @Test func `The command is copied as it stands`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        try browser.visit(
            try await folder.page(SampleGallery.document(in: folder)), fragment: "#view=000000004be10007.1")
        try browser.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        try browser.click(".again button")
        #expect(
            try browser.text("window.copied")
                == "falhost generate --avatar noir --preset fast --set seed=1007 'at night in the rain, 7'")
        #expect(try browser.text("document.querySelector('#told').textContent") == "Copied.")
    }

    @Test func `A page on its own shows thumbnails and says so`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        let page = try await folder.page(SampleGallery.document(in: folder))
        try FileManager.default.removeItem(at: folder.url.appendingPathComponent("images"))
        try browser.visit(page, fragment: "#view=000000004be10007.1")
        try browser.wait(for: "!document.querySelector('.stage .remark').hidden")
        #expect(
            try browser.text("document.querySelector('.stage .remark').textContent").hasPrefix("Only the thumbnail"))
        try browser.wait(for: "document.querySelector('.stage img').naturalWidth === 320")
    }

    @Test func `Without thumbnails the files are shown, those near the window alone`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        let page = try await folder.page(SampleGallery.document(in: folder, count: 300), hasThumbnails: false)
        try browser.visit(page)
        try browser.wait(for: "document.querySelectorAll('#cards img')[0].naturalWidth === 512")
        #expect(try browser.number("document.querySelectorAll('#cards img[src]').length") < 120)
        #expect(try browser.requests().allSatisfy { $0.hasPrefix("file:") })
        #expect(try browser.problems() == [], "names with spaces and # are links all the same")
    }

    @Test func `Russian and English`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        var document = try SampleGallery.document(in: folder)
        document.language = "ru"
        try browser.visit(try await folder.page(document))
        #expect(try browser.text(Self.summary).hasPrefix("120 картинок · 2 задания без картинки"))
        #expect(try browser.text("document.documentElement.lang") == "ru")
        try browser.click("#language")
        #expect(try browser.text(Self.summary).hasPrefix("120 pictures"))
        #expect(
            try browser.isTrue(
                """
                (() => { const paths = (object, path = "") => Object.entries(object).flatMap(([name, value]) =>
                  typeof value === "object" ? (path === "" && ["pictures", "jobsLeft", "selected"].includes(name) ? [name]
                    : paths(value, path + "." + name)) : [path + "." + name]);
                  return JSON.stringify(paths(words.en)) === JSON.stringify(paths(words.ru)); })()
                """), "both languages say the same")
    }

    @Test(arguments: ["", "#view=000000004be10007.1", "#compare=000000004be10007.1,000000004be10008.1"])
    func `A phone's width is enough`(fragment: String) async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        let page = try await folder.page(SampleGallery.document(in: folder))
        try browser.resize(width: 360, height: 740, scale: 2, isPhone: true)
        try browser.visit(page, fragment: fragment)
        #expect(try browser.number("document.documentElement.scrollWidth") <= 360)
        #expect(
            try browser.isTrue("[...document.querySelectorAll('dialog[open]')].every((one) => one.scrollWidth <= 360)"))
        #expect(try browser.isTrue("document.querySelector('.card').getBoundingClientRect().width < 180"))
    }

    @Test func `A comparison's axes are labelled, and its cells open`() async throws {
        let folder = try GalleryFolder()
        let browser = try Browser()
        try browser.visit(try await folder.page(SampleGallery.comparison(in: folder)))
        let heads = "[...document.querySelectorAll('#grid thead th')].map((one) => one.innerText.trim()).join('|')"
        #expect(try browser.text(heads) == "Avatar / lora_scale|0.8|1.0|1.2")
        #expect(
            try browser.text("[...document.querySelectorAll('#grid tbody th')].map((one) => one.innerText).join()")
                == "anna,noir")
        #expect(try browser.number("document.querySelectorAll('#grid td').length") == 6)
        #expect(try browser.text("document.querySelector('.lead').textContent").contains("seed 7 in every cell"))
        #expect(
            try browser.text("document.querySelectorAll('#grid td')[4].textContent").contains(
                "content_policy_violation"))
        try browser.press("ArrowRight")
        try browser.press("ArrowDown")
        try browser.press("Enter")
        #expect(try browser.text("document.querySelector('#viewer .place').textContent") == "noir · lora_scale 0.8")
        try browser.press("Escape")
        try browser.click("#layout")
        #expect(try browser.number(Self.cardCount) == 7)
        #expect(try browser.problems() == [])
    }
}
