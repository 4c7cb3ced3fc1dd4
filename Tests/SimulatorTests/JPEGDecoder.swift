/// Walks through a baseline JPEG with three components of full resolution, decoding every code.
struct JPEGDecoder {
    struct Malformed: Error { let reason: String }

    private(set) var width = 0
    private(set) var height = 0
    /// Blocks of all components that were decoded to their end.
    private(set) var blocks = 0
    /// The average luminance of each block, from its first coefficient.
    private(set) var luminance: [Double] = []

    private var tables: [UInt8: [UInt32: UInt8]] = [:]
    private var divisors: [UInt8: Int] = [:]
    private var scan: [UInt8] = []
    private var bit = 0

    init(_ file: [UInt8]) throws {
        guard file.starts(with: [0xFF, 0xD8]), file.suffix(2) == [0xFF, 0xD9] else {
            throw Malformed(reason: "no start or end")
        }
        var at = 2
        while file[at + 1] != 0xDA {
            let length = Int(file[at + 2]) << 8 | Int(file[at + 3])
            read(marker: file[at + 1], Array(file[at + 4..<at + 2 + length]))
            at += 2 + length
        }
        at += 2 + (Int(file[at + 2]) << 8 | Int(file[at + 3]))
        var last: UInt8 = 0
        for byte in file[at..<file.count - 2] {
            if last == 0xFF {
                guard byte == 0 else { throw Malformed(reason: "marker in the data") }
            } else {
                scan.append(byte)
            }
            last = last == 0xFF ? 0 : byte
        }
        try decode()
    }

    private mutating func read(marker: UInt8, _ body: [UInt8]) {
        switch marker {
        case 0xC0: (height, width) = (Int(body[1]) << 8 | Int(body[2]), Int(body[3]) << 8 | Int(body[4]))
        case 0xDB: for start in stride(from: 0, to: body.count, by: 65) { divisors[body[start]] = Int(body[start + 1]) }
        case 0xC4:
            var at = 0
            while at < body.count {
                var code: UInt32 = 0
                var next = at + 17
                var table: [UInt32: UInt8] = [:]
                for length in 1...16 {
                    for _ in 0..<body[at + length] {
                        table[UInt32(length) << 16 | code] = body[next]
                        code += 1
                        next += 1
                    }
                    code <<= 1
                }
                tables[body[at]] = table
                at = next
            }
        default: break
        }
    }

    private mutating func decode() throws {
        var dc = [0, 0, 0]
        for _ in 0..<((width + 7) / 8) * ((height + 7) / 8) {
            for component in 0..<3 {
                let size = Int(try symbol(0x00))
                dc[component] += signed(try bits(size), size)
                var place = 1
                while place < 64 {
                    let symbol = try symbol(0x10)
                    if symbol == 0 { break }
                    place += Int(symbol >> 4) + 1
                    _ = try bits(Int(symbol & 15))
                }
                guard place <= 64 else { throw Malformed(reason: "too many coefficients") }
                blocks += 1
                if component == 0 { luminance.append(Double(dc[0] * (divisors[0] ?? 0)) / 8 + 128) }
            }
        }
        guard scan.count * 8 - bit < 8 else { throw Malformed(reason: "data left over") }
    }

    private mutating func symbol(_ table: UInt8) throws -> UInt8 {
        var code: UInt32 = 0
        for length: UInt32 in 1...16 {
            code = code << 1 | UInt32(try bits(1))
            if let symbol = tables[table]?[length << 16 | code] { return symbol }
        }
        throw Malformed(reason: "unknown code")
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for _ in 0..<count {
            guard bit < scan.count * 8 else { throw Malformed(reason: "data too short") }
            value = value << 1 | Int(scan[bit / 8] >> (7 - bit % 8) & 1)
            bit += 1
        }
        return value
    }

    private func signed(_ value: Int, _ size: Int) -> Int {
        size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value
    }
}
