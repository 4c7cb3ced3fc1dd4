/// Breaks text into lines at spaces; a word longer than a line is broken where the line ends.
enum TextWrap {
    static func lines(_ text: [Unicode.Scalar], width: Int) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = []
            }
            if !line.isEmpty { line.append(" ") }
            line += word
            while line.count > width {
                lines.append(Array(line.prefix(width)))
                line.removeFirst(width)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
