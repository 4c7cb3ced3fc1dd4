/// The two-dimensional cosine transform of one 8 × 8 block (T.81 A.3.3), in place.
struct CosineTransform {
    /// Samples before, coefficients after; row by row.
    var values = [Float](repeating: 0, count: 64)

    /// cos(k π / 16) for k = 1…7, halved as the transform wants them.
    private static let c1: Float = 0.490392640
    private static let c2: Float = 0.461939766
    private static let c3: Float = 0.415734806
    private static let c4: Float = 0.353553391
    private static let c5: Float = 0.277785117
    private static let c6: Float = 0.191341716
    private static let c7: Float = 0.097545161

    mutating func run() {
        for row in 0..<8 { transform(start: row * 8, step: 1) }
        for column in 0..<8 { transform(start: column, step: 8) }
    }

    /// One row or column: even coefficients from the sums of opposite samples, odd ones from their differences.
    private mutating func transform(start: Int, step: Int) {
        let s0 = values[start] + values[start + 7 * step]
        let s1 = values[start + step] + values[start + 6 * step]
        let s2 = values[start + 2 * step] + values[start + 5 * step]
        let s3 = values[start + 3 * step] + values[start + 4 * step]
        let d0 = values[start] - values[start + 7 * step]
        let d1 = values[start + step] - values[start + 6 * step]
        let d2 = values[start + 2 * step] - values[start + 5 * step]
        let d3 = values[start + 3 * step] - values[start + 4 * step]
        values[start] = Self.c4 * (s0 + s1 + s2 + s3)
        values[start + 2 * step] = Self.c2 * (s0 - s3) + Self.c6 * (s1 - s2)
        values[start + 4 * step] = Self.c4 * (s0 - s1 - s2 + s3)
        values[start + 6 * step] = Self.c6 * (s0 - s3) - Self.c2 * (s1 - s2)
        values[start + step] = Self.c1 * d0 + Self.c3 * d1 + Self.c5 * d2 + Self.c7 * d3
        values[start + 3 * step] = Self.c3 * d0 - Self.c7 * d1 - Self.c1 * d2 - Self.c5 * d3
        values[start + 5 * step] = Self.c5 * d0 - Self.c1 * d1 + Self.c7 * d2 + Self.c3 * d3
        values[start + 7 * step] = Self.c7 * d0 - Self.c5 * d1 + Self.c3 * d2 - Self.c1 * d3
    }
}
