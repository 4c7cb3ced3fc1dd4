/// A 64-bit number that is equal for equal bytes (FNV-1a); for telling apart, not for proving anything.
struct Fingerprint {
    private var state: UInt64

    init(seed: UInt64) { state = 0xCBF2_9CE4_8422_2325 ^ SplitMix.mix(seed) }

    /// Adds a text or a file; where one ends and the next begins counts too.
    mutating func add(_ bytes: some Collection<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        state = (state ^ UInt64(bytes.count)) &* 0x0000_0100_0000_01B3
    }

    var value: UInt64 { SplitMix.mix(state) }
}
