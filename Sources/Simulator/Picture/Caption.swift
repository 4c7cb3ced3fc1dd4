/// The words on a picture: the mark SIMULATED at the top, the prompt, and endpoint, seed and size at the bottom.
///
/// Text stands on grey: without colour only one of JPEG's three components needs the transform.
struct Caption {
    private static let paper: UInt32 = 0x1A1A1A
    private static let ink: UInt32 = 0xF4F4F4
    private static let dim: UInt32 = 0xB4B4B4
    private static let mark: UInt32 = 0xFFC83C

    private let prompt: [Unicode.Scalar]
    private let details: [[Unicode.Scalar]]

    init(_ picture: Picture) {
        let visible = picture.prompt.unicodeScalars.prefix(4000).map { $0.properties.isWhitespace ? " " : $0 }
        prompt = picture.isFlagged ? Array("flagged by the safety checker".unicodeScalars) : visible
        details = [
            Array(picture.endpoint.unicodeScalars),
            Array("seed \(picture.seed) · \(picture.width)×\(picture.height) · #\(picture.number)".unicodeScalars),
        ]
    }

    func write(on canvas: inout Canvas) {
        let margin = max(2, canvas.columns / 40)
        let top = writeMark(on: &canvas, margin: margin)
        let bottom = writeDetails(on: &canvas, margin: margin, below: top)
        writePrompt(on: &canvas, margin: margin, top: top, bottom: bottom)
    }

    /// Returns the row below the strip with the mark.
    private func writeMark(on canvas: inout Canvas, margin: Int) -> Int {
        let word = Array("SIMULATED".unicodeScalars)
        let width = word.count * BitmapFont.advance - 1
        guard let scale = [2, 1].first(where: { width * $0 + 4 <= canvas.columns }) else { return 0 }
        let height = snap(BitmapFont.capHeight * scale + 8, canvas)
        guard height <= canvas.rows else { return 0 }
        canvas.fill(x: 0, y: 0, width: canvas.columns, height: height, colour: Self.paper)
        let y = (height - BitmapFont.capHeight * scale) / 2
        canvas.write(word, x: (canvas.columns - width * scale) / 2, y: y, scale: scale, colour: Self.mark)
        return height
    }

    /// Returns the first row of the strip with the details, or the picture's height where there is no room for it.
    private func writeDetails(on canvas: inout Canvas, margin: Int, below top: Int) -> Int {
        let perLine = (canvas.columns - 2 * margin) / BitmapFont.advance
        guard perLine >= 8 else { return canvas.rows }
        let lines = details.flatMap { TextWrap.lines($0, width: perLine) }
        let height = snap(lines.count * BitmapFont.lineHeight + 6, canvas)
        let start = (canvas.rows - height) / canvas.tile * canvas.tile
        guard start >= top + 2 * BitmapFont.lineHeight else { return canvas.rows }
        canvas.fill(x: 0, y: start, width: canvas.columns, height: canvas.rows - start, colour: Self.paper)
        for (index, line) in lines.enumerated() {
            canvas.write(
                line, x: margin, y: start + 5 + index * BitmapFont.lineHeight, scale: 1, colour: Self.dim)
        }
        return start
    }

    private func writePrompt(on canvas: inout Canvas, margin: Int, top: Int, bottom: Int) {
        let padding = 5
        let room = bottom - top - 2 * margin - 2 * padding
        let width = canvas.columns - 2 * margin - 2 * padding
        guard !prompt.isEmpty, room >= BitmapFont.glyphHeight, width >= 5 * BitmapFont.advance else { return }
        let fitted = fit(width: width, height: room)
        let height = fitted.lines.count * BitmapFont.lineHeight * fitted.scale + 2 * padding
        let left = margin / canvas.tile * canvas.tile
        let start = (top + (bottom - top - height) / 2) / canvas.tile * canvas.tile
        canvas.fill(
            x: left, y: start, width: snap(canvas.columns - 2 * left, canvas), height: snap(height, canvas),
            colour: Self.paper)
        for (index, line) in fitted.lines.enumerated() {
            let y = start + padding + fitted.scale + index * BitmapFont.lineHeight * fitted.scale
            canvas.write(line, x: left + padding, y: y, scale: fitted.scale, colour: Self.ink)
        }
    }

    /// The largest writing in which the prompt fits; a prompt that fits in none is cut with an ellipsis.
    private func fit(width: Int, height: Int) -> (scale: Int, lines: [[Unicode.Scalar]]) {
        for scale in [3, 2] {
            let lines = TextWrap.lines(prompt, width: width / (BitmapFont.advance * scale))
            let longestWord = prompt.split(separator: " ").map(\.count).max() ?? 0
            if lines.count * BitmapFont.lineHeight * scale <= height,
                longestWord * BitmapFont.advance * scale <= width
            {
                return (scale, lines)
            }
        }
        var lines = TextWrap.lines(prompt, width: width / BitmapFont.advance)
        let most = max(height / BitmapFont.lineHeight, 1)
        if lines.count > most {
            lines = Array(lines.prefix(most))
            lines[most - 1] = lines[most - 1].prefix(width / BitmapFont.advance - 1) + ["…"]
        }
        return (1, lines)
    }

    /// Rounds up to whole tiles.
    private func snap(_ dots: Int, _ canvas: Canvas) -> Int {
        (dots + canvas.tile - 1) / canvas.tile * canvas.tile
    }
}
