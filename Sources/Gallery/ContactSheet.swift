import FalClient

/// One picture of many small ones with their labels, to be sent to a chat.
package struct ContactSheet: Sendable {
    /// The file's bytes: a PNG.
    package let png: [UInt8]
    /// False where the system has no font for them.
    package let hasLabels: Bool

    /// Draws it; takes milliseconds a picture. A cancelled task's sheet is not whole.
    ///
    /// - Parameter thumbnails: one for each entry, nil for those without.
    package init(_ document: GalleryDocument, thumbnails: [[UInt8]?]) throws(PictureError) {
        if let problem = Thumbnails.problem { throw problem }
        var drawing = try Drawing(SheetLayout(document))
        try drawing.draw(document, thumbnails)
        guard let png = drawing.sheet.encoded(.png, quality: 0) else { throw .unreadable("not enough memory") }
        self.png = png
        hasLabels = drawing.hasLabels
    }

    private struct Drawing: ~Copyable {
        let layout: SheetLayout
        let sheet: Bitmap
        var hasLabels = true

        init(_ layout: SheetLayout) throws(PictureError) {
            guard let sheet = Bitmap(width: layout.width, height: layout.height, colour: Colour.ground) else {
                throw .unreadable("not enough memory for a sheet of \(layout.width)x\(layout.height) pixels")
            }
            self.layout = layout
            self.sheet = sheet
        }

        mutating func draw(_ document: GalleryDocument, _ thumbnails: [[UInt8]?]) throws(PictureError) {
            write(layout.heading, layout.margin, 14 + 18, 18, Colour.text, layout.width - 2 * layout.margin)
            for label in layout.labels { write(label.text, label.x, label.y, 13, Colour.text, label.width) }
            for cell in layout.cells where !Task.isCancelled {
                let entry = document.entries[cell.entry]
                sheet.fill(x: cell.x, y: cell.y, width: layout.side, height: layout.side, colour: Colour.sunken)
                let small = cell.entry < thumbnails.count ? thumbnails[cell.entry] : nil
                if let small { try place(small, cell.x, cell.y) } else { explain(entry, cell.x, cell.y) }
                guard layout.hasCaptions else { continue }
                let who = [entry.avatar, entry.preset].compactMap { $0 }.joined(separator: " · ")
                let seed = entry.seed.map { "seed \($0)" } ?? entry.job
                write(who, cell.x, cell.y + layout.side + 18, 11, Colour.text, layout.side)
                write(seed, cell.x, cell.y + layout.side + 35, 9.5, Colour.muted, layout.side)
            }
        }

        private func place(_ bytes: [UInt8], _ x: Int, _ y: Int) throws(PictureError) {
            let picture = try Bitmap(bytes)
            let (width, height) = Thumbnails.fitted(picture.width, picture.height, into: layout.side)
            sheet.draw(
                picture, x: x + (layout.side - width) / 2, y: y + (layout.side - height) / 2, width: width,
                height: height)
        }

        private mutating func explain(_ entry: GalleryEntry, _ x: Int, _ y: Int) {
            let text = entry.failure?.code ?? entry.state
            write(text, x + 8, y + layout.side / 2, min(12, Double(layout.side) / 12), Colour.bad, layout.side - 16)
        }

        /// Writes a line, cut to so many pixels.
        private mutating func write(
            _ text: String, _ x: Int, _ y: Int, _ points: Double, _ colour: UInt32, _ width: Int
        ) {
            guard hasLabels, !text.isEmpty else { return }
            var line = text
            var kept = text.count
            while let length = Bitmap.width(of: line, points: points), length > width, kept > 1 {
                kept = max(1, min(kept - 1, kept * width / max(1, length)))
                line = text.prefix(kept) + "…"
            }
            hasLabels = sheet.write(line, points: points, x: x, y: y, colour: colour)
        }
    }

    private enum Colour {
        static let ground: UInt32 = 0xF7F6F3
        static let sunken: UInt32 = 0xE6E4DE
        static let text: UInt32 = 0x1B1B1F
        static let muted: UInt32 = 0x66645E
        static let bad: UInt32 = 0xB3261E
    }
}
