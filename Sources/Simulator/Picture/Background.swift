/// A colour gradient with soft discs, all chosen by the seed, painted in 8-pixel tiles.
struct Background {
    private struct Disc {
        let x: Int
        let y: Int
        let radius: Int
        let colour: UInt32
    }

    /// The unit of positions: thousandths of the picture's longer side.
    private static let unit = 1000

    private let from: UInt32
    private let to: UInt32
    private let direction: (x: Int, y: Int)
    private let discs: [Disc]

    init(seed: Int64, number: Int) {
        var random = SplitMix(seed: UInt64(bitPattern: seed) &+ UInt64(number) << 48)
        let hue = Double(random.next() % 360)
        let turn = Double(40 + random.next() % 90)
        from = Self.colour(hue: hue, saturation: 0.62, value: 0.88)
        to = Self.colour(hue: hue + turn, saturation: 0.70, value: 0.42)
        let directions = [(1, 0), (2, 1), (1, 1), (1, 2), (0, 1), (-1, 2), (-1, 1), (-2, 1)]
        direction = directions[Int(random.next() % UInt64(directions.count))]
        discs = (0..<6).map { _ in
            Disc(
                x: Int(random.next() % UInt64(Self.unit)), y: Int(random.next() % UInt64(Self.unit)),
                radius: 60 + Int(random.next() % 200),
                colour: Self.colour(hue: hue + Double(random.next() % 140), saturation: 0.55, value: 0.95))
        }
    }

    func paint(_ canvas: inout Canvas) {
        let tile = canvas.tile
        let side = max(canvas.columns, canvas.rows)
        let reach = max((abs(direction.x) + abs(direction.y)) * Self.unit, 1)
        for row in stride(from: 0, to: canvas.rows, by: tile) {
            let y = row * Self.unit / side
            for column in stride(from: 0, to: canvas.columns, by: tile) {
                let x = column * Self.unit / side
                let along = direction.x * x + direction.y * y + (direction.x < 0 ? -direction.x * Self.unit : 0)
                var colour = Self.blend(from, to, share: min(max(along * 256 / reach, 0), 256))
                for disc in discs where Self.covers(disc, x: x, y: y) {
                    colour = Self.blend(colour, disc.colour, share: 72)
                }
                canvas.fill(x: column, y: row, width: tile, height: tile, colour: colour)
            }
        }
    }

    private static func covers(_ disc: Disc, x: Int, y: Int) -> Bool {
        let dx = x - disc.x
        let dy = y - disc.y
        return dx * dx + dy * dy <= disc.radius * disc.radius
    }

    /// Mixes two colours; a share of 256 is all of the second.
    private static func blend(_ first: UInt32, _ second: UInt32, share: Int) -> UInt32 {
        var mixed: UInt32 = 0
        for shift: UInt32 in [16, 8, 0] {
            let a = Int(first >> shift & 255)
            let b = Int(second >> shift & 255)
            mixed |= UInt32(a + (b - a) * share / 256) << shift
        }
        return mixed
    }

    private static func colour(hue: Double, saturation: Double, value: Double) -> UInt32 {
        func channel(_ offset: Double) -> UInt32 {
            let k = (offset + hue / 60).truncatingRemainder(dividingBy: 6)
            return UInt32(255 * (value - value * saturation * max(0, min(k, 4 - k, 1))))
        }
        return channel(5) << 16 | channel(3) << 8 | channel(1)
    }
}
