import FalClient
import Testing

@testable import Gallery

@Suite(.enabled(if: Thumbnails.problem == nil, "no libgd is installed (Debian: apt install libgd3)"))
struct ContactSheetTests {
    @Test func `A sheet has the size that its pictures need`() async throws {
        let folder = try GalleryFolder()
        let document = try SampleGallery.document(in: folder)
        let thumbnails = try await Thumbnails.make(of: document.entries.compactMap { $0.picture?.file }).map {
            try $0.get()
        }
        let sheet = try ContactSheet(document, thumbnails: thumbnails)
        let header = PictureHeader(size: sheet.png.count) { Array(sheet.png.dropFirst($0).prefix($1)) }
        let layout = SheetLayout(document)
        #expect(header?.format == .png)
        #expect(header?.width == layout.width && header?.height == layout.height)
        #expect(layout.cells.count == 122)
    }

    @Test(arguments: [1, 2, 9, 122, 1500])
    func `No sheet is larger than chats take, and no two pictures overlap`(count: Int) {
        let entries = (0..<count).map { GalleryEntry.sample($0) }
        let layout = SheetLayout(GalleryDocument(title: "t", language: "en", made: 0, entries: entries))
        #expect(layout.width + layout.height < 10_000)
        #expect(layout.width <= 2460)
        #expect(layout.cells.allSatisfy { $0.x + layout.side <= layout.width && $0.y + layout.side <= layout.height })
        #expect(Set(layout.cells.map { [$0.x, $0.y] }).count == count)
    }

    @Test func `A comparison's sheet has its axes`() throws {
        let layout = SheetLayout(try SampleGallery.comparison(in: GalleryFolder()))
        #expect(layout.labels.map(\.text) == ["lora_scale 0.8", "lora_scale 1.0", "lora_scale 1.2", "anna", "noir"])
        #expect(layout.cells.map(\.entry) == [0, 1, 2, 3, 4, 5])
        #expect(layout.cells[3].x == layout.cells[0].x && layout.cells[3].y > layout.cells[0].y)
    }
}
