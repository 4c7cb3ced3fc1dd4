/// Reads what lua_dump writes (Lua 5.4, `ldump.c`), of which it wants the names.
struct LuaCodeReader {
    struct FormatError: Error {}

    private let bytes: [UInt8]
    private var position = 0

    /// Checks the header: of another format nothing would be understood.
    init(_ bytes: [UInt8]) throws(FormatError) {
        self.bytes = bytes
        let magic: [UInt8] = [0x1B, 0x4C, 0x75, 0x61, 0x54, 0x00, 0x19, 0x93, 0x0D, 0x0A, 0x1A, 0x0A]
        // The sizes of an instruction, an integer and a float, then one number of each kind, then a count of upvalues.
        guard bytes.starts(with: magic), bytes.count > 32, Array(bytes[12..<15]) == [4, 8, 8] else {
            throw FormatError()
        }
        position = 15 + 8 + 8 + 1
    }

    mutating func names() throws(FormatError) -> [LuaNameUse] {
        var found: [LuaNameUse] = []
        try function(&found)
        return found
    }

    // MARK: One function

    private mutating func function(_ found: inout [LuaNameUse]) throws(FormatError) {
        _ = try string()
        let firstLine = try number()
        _ = try number()
        try skip(3)
        let code = try list { (reader) throws(FormatError) in try reader.instruction() }
        let constants = try list { (reader) throws(FormatError) in try reader.constant() }
        let upvalueCount = try number()
        try skip(upvalueCount * 3)
        for _ in 0..<(try number()) { try function(&found) }
        let lines = try lines(of: code.count, from: firstLine)
        let locals = try list { (reader) throws(FormatError) in
            LuaFunctionCode.Local(name: try reader.string(), start: try reader.number(), end: try reader.number())
        }
        let upvalues = try list { (reader) throws(FormatError) in try reader.string() }
        let function = LuaFunctionCode(
            code: code, constants: constants, lines: lines, locals: locals, upvalues: upvalues)
        found += function.names
    }

    private mutating func list<Element>(
        _ read: (inout LuaCodeReader) throws(FormatError) -> Element
    ) throws(FormatError) -> [Element] {
        let count = try number()
        // Each element takes a byte at least.
        guard count <= bytes.count - position else { throw FormatError() }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }

    /// The line of each instruction, from differences, and whole numbers where a difference does not fit.
    private mutating func lines(of count: Int, from first: Int) throws(FormatError) -> [Int] {
        let differences = try list { (reader) throws(FormatError) in Int8(bitPattern: try reader.byte()) }
        let whole = try list { (reader) throws(FormatError) in (pc: try reader.number(), line: try reader.number()) }
        // Stripped chunks have none.
        guard differences.count == count else { return [Int](repeating: first, count: count) }
        let absolute = Dictionary(whole.map { ($0.pc, $0.line) }) { $1 }
        var line = first
        return differences.enumerated().map { index, difference in
            line = absolute[index] ?? (line + Int(difference))
            return line
        }
    }

    // MARK: Pieces

    private mutating func byte() throws(FormatError) -> UInt8 {
        guard position < bytes.count else { throw FormatError() }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func skip(_ count: Int) throws(FormatError) {
        guard count >= 0, count <= bytes.count - position else { throw FormatError() }
        position += count
    }

    /// Seven bits a byte, the highest first; the last byte has its top bit set.
    private mutating func number() throws(FormatError) -> Int {
        var value = 0
        while true {
            let byte = try byte()
            guard value < 1 << 40 else { throw FormatError() }
            value = value << 7 | Int(byte & 0x7F)
            if byte & 0x80 != 0 { return value }
        }
    }

    /// Empty for none.
    private mutating func string() throws(FormatError) -> String {
        let size = try number()
        if size == 0 { return "" }
        let start = position
        try skip(size - 1)
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func instruction() throws(FormatError) -> UInt32 {
        var value: UInt32 = 0
        for shift in [0, 8, 16, 24] { value |= UInt32(try byte()) << UInt32(shift) }
        return value
    }

    /// A constant's text; nil for what is no string.
    private mutating func constant() throws(FormatError) -> String? {
        switch try byte() {
        case 0x04, 0x14: return try string()
        case 0x03, 0x13: try skip(8)
        case 0x00, 0x01, 0x11: break
        default: throw FormatError()
        }
        return nil
    }
}
