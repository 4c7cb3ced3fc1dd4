/// Random numbers that depend on the seed alone (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
///
/// Swift's own generator cannot be seeded. These numbers never change: a batch is drawn again as it was.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.scrambled(state)
    }

    /// Any number, its bits well mixed.
    static func scrambled(_ number: UInt64) -> UInt64 {
        var bits = number
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
