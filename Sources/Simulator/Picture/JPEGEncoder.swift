/// Writes a canvas as a baseline JPEG (ITU-T T.81) with full colour resolution.
struct JPEGEncoder {
    /// Divisors of the quantisation, in natural order: a third of Annex K's, about quality 83.
    private static let luminance = JPEGTables.luminance.map { max($0 / 3, 1) }
    private static let chrominance = JPEGTables.chrominance.map { max($0 / 3, 1) }
    private static let dcCodes = JPEGTables.dc.codes()
    private static let acCodes = JPEGTables.ac.codes()

    private let canvas: Canvas
    private var bits: JPEGBits
    private var lastDC = [0, 0, 0]
    private var transform = CosineTransform()

    static func encode(_ canvas: Canvas) -> [UInt8] {
        var encoder = JPEGEncoder(canvas: canvas, bits: JPEGBits(bytes: header(of: canvas)))
        encoder.writeBlocks()
        return encoder.bits.finished() + [0xFF, 0xD9]
    }

    private init(canvas: Canvas, bits: JPEGBits) {
        self.canvas = canvas
        self.bits = bits
    }

    private static func header(of canvas: Canvas) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
        func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] { [0xFF, marker] + number(body.count + 2) + body }
        func zigzag(_ table: [Int]) -> [UInt8] { JPEGTables.zigzag.map { UInt8(table[$0]) } }
        var bytes: [UInt8] = [0xFF, 0xD8]
        bytes += segment(0xE0, Array("JFIF\u{0}".utf8) + [1, 1, 0, 0, 1, 0, 1, 0, 0])
        bytes += segment(0xFE, Array("falhost simulator".utf8))
        bytes += segment(0xDB, [0] + zigzag(luminance) + [1] + zigzag(chrominance))
        bytes += segment(
            0xC0, [8] + number(canvas.height) + number(canvas.width) + [3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1])
        bytes += segment(
            0xC4,
            [0x00] + JPEGTables.dc.counts + JPEGTables.dc.symbols + [0x10] + JPEGTables.ac.counts
                + JPEGTables.ac.symbols)
        bytes += segment(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0])
        return bytes
    }

    private mutating func writeBlocks() {
        let tile = canvas.tile
        for row in stride(from: 0, to: canvas.rows, by: tile) {
            for column in stride(from: 0, to: canvas.columns, by: tile) {
                if let colour = uniformColour(column: column, row: row) {
                    writeFlat(colour)
                } else {
                    writeDetailed(column: column, row: row)
                }
            }
        }
    }

    /// The block's colour when all its dots have the same.
    private func uniformColour(column: Int, row: Int) -> UInt32? {
        let columns = canvas.columns
        let colour = canvas.dots[row * columns + column]
        for y in row..<min(row + canvas.tile, canvas.rows) {
            for x in column..<min(column + canvas.tile, columns) where canvas.dots[y * columns + x] != colour {
                return nil
            }
        }
        return colour
    }

    private mutating func writeFlat(_ colour: UInt32) {
        for component in 0..<3 {
            let divisor = Float(component == 0 ? Self.luminance[0] : Self.chrominance[0])
            writeDC(Int((8 * Self.sample(colour, component) / divisor).rounded()), component: component)
            writeCode(Self.acCodes[0x00])
        }
    }

    private mutating func writeDetailed(column: Int, row: Int) {
        let columns = canvas.columns
        let shift = canvas.dotSize.trailingZeroBitCount
        for component in 0..<3 {
            var isFlat = true
            for y in 0..<8 {
                let line = min(row + y >> shift, canvas.rows - 1) * columns
                for x in 0..<8 {
                    let colour = canvas.dots[line + min(column + x >> shift, columns - 1)]
                    let sample = Self.sample(colour, component)
                    isFlat = isFlat && (x + y == 0 || abs(sample - transform.values[0]) < 0.01)
                    transform.values[y * 8 + x] = sample
                }
            }
            let divisors = component == 0 ? Self.luminance : Self.chrominance
            if isFlat {
                writeDC(Int((8 * transform.values[0] / Float(divisors[0])).rounded()), component: component)
                writeCode(Self.acCodes[0x00])
            } else {
                transform.run()
                writeCoefficients(component: component, divisors: divisors)
            }
        }
    }

    private mutating func writeCoefficients(component: Int, divisors: [Int]) {
        writeDC(quantised(0, divisors), component: component)
        var zeros = 0
        for place in 1..<64 {
            let value = quantised(JPEGTables.zigzag[place], divisors)
            guard value != 0 else {
                zeros += 1
                continue
            }
            while zeros > 15 {
                writeCode(Self.acCodes[0xF0])
                zeros -= 16
            }
            let size = Self.size(of: value)
            writeCode(Self.acCodes[zeros << 4 | size])
            writeMagnitude(value, size: size)
            zeros = 0
        }
        if zeros > 0 { writeCode(Self.acCodes[0x00]) }
    }

    private func quantised(_ index: Int, _ divisors: [Int]) -> Int {
        Int((transform.values[index] / Float(divisors[index])).rounded())
    }

    private mutating func writeDC(_ value: Int, component: Int) {
        let difference = value - lastDC[component]
        lastDC[component] = value
        let size = Self.size(of: difference)
        writeCode(Self.dcCodes[size])
        writeMagnitude(difference, size: size)
    }

    private mutating func writeCode(_ code: (code: UInt32, length: UInt32)) {
        bits.append(code.code, length: code.length)
    }

    /// Negative numbers are written as their one's complement (T.81 F.1.2.1).
    private mutating func writeMagnitude(_ value: Int, size: Int) {
        guard size > 0 else { return }
        let pattern = value < 0 ? value + (1 << size) - 1 : value
        bits.append(UInt32(pattern), length: UInt32(size))
    }

    private static func size(of value: Int) -> Int {
        Int.bitWidth - abs(value).leadingZeroBitCount
    }

    /// Y − 128, Cb − 128 or Cr − 128 of a colour (JFIF 1.02).
    private static func sample(_ colour: UInt32, _ component: Int) -> Float {
        let red = Float(colour >> 16 & 255)
        let green = Float(colour >> 8 & 255)
        let blue = Float(colour & 255)
        return switch component {
        case 0: 0.299 * red + 0.587 * green + 0.114 * blue - 128
        case 1: -0.168736 * red - 0.331264 * green + 0.5 * blue
        default: 0.5 * red - 0.418688 * green - 0.081312 * blue
        }
    }
}
