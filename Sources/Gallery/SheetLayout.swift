/// Where everything stands on a contact sheet, in pixels.
struct SheetLayout {
    struct Cell: Equatable {
        /// The entry's place in the document.
        let entry: Int
        let x: Int
        let y: Int
    }
    struct Label {
        let text: String
        let x: Int
        /// Of the text's baseline.
        let y: Int
        let width: Int
    }

    let margin = 24
    /// Of a picture's square.
    let side: Int
    let hasCaptions: Bool
    let heading: String
    let width: Int
    let height: Int
    let cells: [Cell]
    /// The axes' values.
    let labels: [Label]

    private static let gap = 12
    private static let headingHeight = 34
    private static let captionHeight = 42

    init(_ document: GalleryDocument) {
        if let grid = document.grid { self.init(grid) } else { self.init(document.title, document.entries.count) }
    }

    /// As square as can be; many pictures are smaller ones, so that chats take the sheet.
    private init(_ title: String, _ count: Int) {
        let columns = max(1, Int((Double(count)).squareRoot().rounded(.up)))
        side = Self.side(columns)
        hasCaptions = side >= 120
        heading = title
        let step = (x: side + Self.gap, y: side + (side >= 120 ? Self.captionHeight : 0) + Self.gap)
        let top = margin + Self.headingHeight
        let (left, stepX, stepY) = (margin, step.x, step.y)
        cells = (0..<count).map { Cell(entry: $0, x: left + $0 % columns * stepX, y: top + $0 / columns * stepY) }
        labels = []
        width = 2 * margin + columns * step.x - Self.gap
        height = top + max(1, (count + columns - 1) / columns) * step.y - Self.gap + margin
    }

    /// The first picture of each cell, with the columns' values above and the rows' at the left.
    private init(_ grid: ComparisonGrid) {
        let columns = grid.columns.values.count
        let rows = grid.rows?.values ?? [""]
        side = Self.side(max(columns, rows.count))
        hasCaptions = false
        heading = grid.prompt
        let labelWidth = grid.rows == nil ? 0 : 140
        let step = side + Self.gap
        let left = margin + labelWidth
        let top = margin + Self.headingHeight + 30
        var cells: [Cell] = []
        for (place, entries) in grid.cells.enumerated() {
            guard let entry = entries.first else { continue }
            cells.append(Cell(entry: entry, x: left + place % columns * step, y: top + place / columns * step))
        }
        self.cells = cells
        var labels: [Label] = []
        for (place, value) in grid.columns.values.enumerated() {
            labels.append(
                Label(text: "\(grid.columns.name) \(value)", x: left + place * step, y: top - 12, width: side))
        }
        for (place, value) in rows.enumerated() where grid.rows != nil {
            labels.append(Label(text: value, x: margin, y: top + place * step + side / 2, width: labelWidth - 12))
        }
        self.labels = labels
        width = left + columns * step - Self.gap + margin
        height = top + rows.count * step - Self.gap + margin
    }

    private static func side(_ columns: Int) -> Int { max(48, min(Thumbnails.side, 2400 / max(1, columns) - gap)) }
}
