/// Bytes of one string while its escapes are replaced; kept between strings so that it seldom grows.
struct TextBuffer: ~Copyable {
    private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var count = 0

    deinit { storage.deallocate() }

    /// What has been appended; valid until the buffer is written again.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    mutating func removeAll() { count = 0 }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        reserve(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        storage[count] = byte
        count += 1
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        for byte in scalar.utf8 { append(byte) }
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > storage.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(256, storage.count * 2, count + more), alignment: 1)
        larger.copyMemory(from: bytes)
        storage.deallocate()
        storage = larger
    }
}
