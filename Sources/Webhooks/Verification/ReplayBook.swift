internal import NIOCore

/// The deliveries that were accepted lately, so that the same one again costs nothing.
///
/// It forgets: after as long as a timestamp is taken, and when there are too many. A delivery that it has forgotten is
/// verified and finds the job ended.
struct ReplayBook {
    /// Enough of a signature to tell it from all others, and what it came with.
    private struct Entry: Hashable {
        let first: UInt64
        let second: UInt64

        init(_ headers: SignedHeaders) {
            func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
            var hasher = Hasher()
            hasher.combine(headers.requestID)
            hasher.combine(headers.timestamp)
            first = word(headers.signature[0..<8])
            second = word(headers.signature[32..<40]) ^ UInt64(bitPattern: Int64(hasher.finalize()))
        }
    }

    private var current: Set<Entry> = []
    private var earlier: Set<Entry> = []
    private var turned = NIODeadline.now()
    private let capacity: Int

    /// - Parameter capacity: entries of one of the two halves.
    init(capacity: Int = 16_384) {
        self.capacity = capacity
        current.reserveCapacity(capacity)
    }

    func contains(_ headers: SignedHeaders) -> Bool {
        let entry = Entry(headers)
        return current.contains(entry) || earlier.contains(entry)
    }

    mutating func add(_ headers: SignedHeaders) {
        if current.count >= capacity || turned + .minutes(10) < .now() {
            swap(&current, &earlier)
            current.removeAll(keepingCapacity: true)
            turned = .now()
        }
        current.insert(Entry(headers))
    }
}
