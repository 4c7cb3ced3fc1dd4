import EventLoop
import LuaRuntime

/// A Lua value as it is to be shown: text, and tables with what is in them.
indirect enum ValueTree: Equatable {
    enum Style: Equatable {
        case string, number, constant, other
    }

    struct Entry: Equatable {
        /// `name = ` or `[key] = `; empty for an item of a list.
        let key: String
        let value: ValueTree
    }

    case text(String, Style)
    /// What stands before the table (the text of an error value), its entries, and how many more there are.
    case table(title: String?, entries: [Entry], hiddenCount: Int)
}

/// Reads values off a stack, raw: no metamethod runs but `__tostring`.
@LoopActor
struct ValueReader {
    private static let depthLimit = 5
    private static let entriesPerTable = 200
    private static let stringLimit = 4000
    /// Values in all.
    private var budget = 2000

    private let stack: LuaStack
    /// The tables that the current value is in.
    private var path: [UnsafeRawPointer] = []

    init(_ stack: LuaStack) {
        self.stack = stack
    }

    mutating func read(at index: Int32) -> ValueTree {
        let index = stack.absoluteIndex(index)
        budget -= 1
        switch stack.type(at: index) {
        case .nil, .none, .boolean: return .text(stack.describe(at: index), .constant)
        case .number: return .text(stack.describe(at: index), .number)
        case .string: return .text(string(at: index), .string)
        case .table: return table(at: index)
        case .function: return .text(function(at: index), .other)
        case .lightUserdata, .userdata, .thread: return .text(stack.describe(at: index), .other)
        }
    }

    private func string(at index: Int32) -> String {
        let bytes = stack.bytes(at: index) ?? []
        if bytes.count <= Self.stringLimit { return QuotedString.text(bytes) }
        return QuotedString.text(Array(bytes.prefix(Self.stringLimit))) + "… (\(bytes.count) bytes)"
    }

    private func function(at index: Int32) -> String {
        if let name = FunctionNames.name(ofFunctionAt: index, on: stack) { return "function \(name)" }
        return stack.functionOrigin(at: index).map { "function at \($0)" } ?? stack.describe(at: index)
    }

    // MARK: Tables

    private mutating func table(at index: Int32) -> ValueTree {
        let title = title(ofTableAt: index)
        guard let identity = stack.identity(at: index) else { return .text("table", .other) }
        if path.contains(identity) { return .text("(cycle)", .other) }
        if let title, !isErrorValue(at: index) { return .text(title, .other) }
        if path.count == Self.depthLimit || budget <= 0 { return .text("{…}", .other) }
        path.append(identity)
        defer { path.removeLast() }
        let count = stack.rawLength(at: index)
        var entries = items(ofTableAt: index, count)
        var hidden = count - entries.count
        // What the title says already is left out.
        let keys = ((try? keys(ofTableAt: index, besides: count)) ?? []).filter { title == nil || !$0.isMessage }
        for key in keys {
            if entries.count >= Self.entriesPerTable || budget <= 0 {
                hidden += 1
                continue
            }
            stack.push(key.reference)
            stack.getEntry(at: index)
            entries.append(ValueTree.Entry(key: key.text, value: read(at: -1)))
            stack.pop()
        }
        return .table(title: title, entries: entries, hiddenCount: hidden)
    }

    private mutating func items(ofTableAt index: Int32, _ count: Int) -> [ValueTree.Entry] {
        var items: [ValueTree.Entry] = []
        while items.count < min(count, Self.entriesPerTable), budget > 0 {
            stack.getIndex(items.count + 1, at: index)
            items.append(ValueTree.Entry(key: "", value: read(at: -1)))
            stack.pop()
        }
        return items
    }

    /// The keys that are not of the list part: numbers, then names, then others.
    private func keys(ofTableAt index: Int32, besides count: Int) throws -> [TableKey] {
        var keys: [TableKey] = []
        try stack.forEachEntry(at: index) { stack in
            if stack.isInteger(at: -2), let key = stack.integer(at: -2), key >= 1, key <= count { return }
            keys.append(TableKey(at: -2, on: stack))
        }
        return keys.sorted()
    }

    /// What the table's own `__tostring` says of it; nil without one.
    private func title(ofTableAt index: Int32) -> String? {
        guard stack.pushMetatable(of: index) else { return nil }
        let isDescribed = stack.getField("__tostring", at: -1) != .nil
        stack.pop(2)
        return isDescribed ? stack.describe(at: index) : nil
    }

    /// Error values of falhost have a text and fields worth seeing.
    private func isErrorValue(at index: Int32) -> Bool {
        defer { stack.pop(2) }
        return stack.getField("code", at: index) == .string && stack.getField("message", at: index) == .string
    }
}

/// A key of a table, with its place in the order of keys.
private struct TableKey: Comparable {
    fileprivate var isMessage: Bool { text == "message = " }

    private enum Rank: Int {
        case number, name, other
    }

    /// As it is written in a table constructor, with ` = `.
    let text: String
    let reference: LuaReference
    private let rank: Rank
    private let number: Double

    @LoopActor
    init(at index: Int32, on stack: LuaStack) {
        reference = stack.reference(at: index)
        number = stack.number(at: index) ?? 0
        switch stack.type(at: index) {
        case .number:
            rank = .number
            text = "[\(stack.describe(at: index))] = "
        case .string:
            rank = .name
            let bytes = stack.bytes(at: index) ?? []
            let name = String(decoding: bytes, as: UTF8.self)
            text = LuaWords.isName(name) ? "\(name) = " : "[\(QuotedString.text(bytes))] = "
        default:
            rank = .other
            text = "[\(stack.describe(at: index))] = "
        }
    }

    static func < (first: TableKey, second: TableKey) -> Bool {
        if first.rank != second.rank { return first.rank.rawValue < second.rank.rawValue }
        if first.rank == .number { return first.number < second.number }
        return first.text < second.text
    }

    static func == (first: TableKey, second: TableKey) -> Bool {
        first.rank == second.rank && first.text == second.text
    }
}
