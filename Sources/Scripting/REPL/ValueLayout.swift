/// Lays values out for a terminal: a table on one line where it fits, else an entry a line.
struct ValueLayout {
    let columns: Int
    let isColoured: Bool

    func text(_ tree: ValueTree) -> String { text(tree, indentation: 0, before: 0) }

    private func text(_ tree: ValueTree, indentation: Int, before prefix: Int) -> String {
        switch tree {
        case .text(let text, let style):
            return painted(text, style)
        case .table(let title, let entries, let hiddenCount):
            let head = title.map { painted($0, .other) + " " } ?? ""
            if entries.isEmpty, hiddenCount == 0 { return head + "{}" }
            if indentation + prefix + Self.width(tree) <= columns {
                return head + oneLine(entries, hiddenCount)
            }
            return head + manyLines(entries, hiddenCount, indentation)
        }
    }

    private func oneLine(_ entries: [ValueTree.Entry], _ hiddenCount: Int) -> String {
        var items = entries.map { $0.key + text($0.value, indentation: 0, before: Int.min / 2) }
        if hiddenCount > 0 { items.append(Self.hidden(hiddenCount)) }
        return "{ \(items.joined(separator: ", ")) }"
    }

    private func manyLines(_ entries: [ValueTree.Entry], _ hiddenCount: Int, _ indentation: Int) -> String {
        let inner = indentation + 2
        let margin = String(repeating: " ", count: inner)
        var text = "{\n"
        for entry in entries {
            text += margin + entry.key + self.text(entry.value, indentation: inner, before: entry.key.count + 1) + ",\n"
        }
        if hiddenCount > 0 { text += margin + Self.hidden(hiddenCount) + "\n" }
        return text + String(repeating: " ", count: indentation) + "}"
    }

    private static func hidden(_ count: Int) -> String { "… \(count) more" }

    /// Columns that the value takes on one line.
    private static func width(_ tree: ValueTree) -> Int {
        switch tree {
        case .text(let text, _):
            return text.count
        case .table(let title, let entries, let hiddenCount):
            let items = entries.reduce(0) { $0 + $1.key.count + width($1.value) + 2 }
            return (title.map { $0.count + 1 } ?? 0) + items + (hiddenCount > 0 ? 16 : 2)
        }
    }

    private func painted(_ text: String, _ style: ValueTree.Style) -> String {
        guard isColoured else { return text }
        let colour =
            switch style {
            case .string: 32
            case .number: 36
            case .constant: 33
            case .other: 35
            }
        return "\u{1B}[\(colour)m\(text)\u{1B}[0m"
    }
}
