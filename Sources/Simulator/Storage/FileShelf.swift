import NIOCore

/// Uploaded files in memory; over the capacity the oldest are dropped.
struct FileShelf {
    struct File {
        let name: String
        let contentType: String
        let bytes: ByteBuffer
    }

    /// A file that was announced and whose bytes come later, whole or in parts.
    private struct Announced {
        let name: String
        let contentType: String
        var parts: [Int: ByteBuffer] = [:]
    }

    private let capacity: Int
    private var files: [RequestID: File] = [:]
    private var order = CircularBuffer<RequestID>()
    private var announced: [RequestID: Announced] = [:]
    private var announcedOrder = CircularBuffer<RequestID>()
    private var total = 0

    /// Announced files that never come must not pile up.
    private static let maximumAnnounced = 1024

    init(capacity: Int) {
        self.capacity = capacity
    }

    subscript(id: RequestID) -> File? { files[id] }

    mutating func put(_ bytes: ByteBuffer, name: String, contentType: String, id: RequestID) {
        files[id] = File(name: name, contentType: contentType, bytes: bytes)
        order.append(id)
        total += bytes.readableBytes
        while total > capacity, order.count > 1 {
            if let file = files.removeValue(forKey: order.removeFirst()) { total -= file.bytes.readableBytes }
        }
    }

    mutating func announce(name: String, contentType: String, id: RequestID) {
        announced[id] = Announced(name: name, contentType: contentType)
        announcedOrder.append(id)
        if announcedOrder.count > Self.maximumAnnounced { announced[announcedOrder.removeFirst()] = nil }
    }

    /// Stores the announced file whole; false when nothing was announced under this id.
    mutating func complete(_ id: RequestID, bytes: ByteBuffer) -> Bool {
        guard let file = announced.removeValue(forKey: id) else { return false }
        put(bytes, name: file.name, contentType: file.contentType, id: id)
        return true
    }

    enum PartRefusal {
        case unknown
        case tooLarge
    }

    /// Stores a part, in any order; a part that comes again replaces the first. Returns why not.
    mutating func putPart(_ number: Int, bytes: ByteBuffer, id: RequestID) -> PartRefusal? {
        guard let file = announced[id] else { return .unknown }
        let held = file.parts.values.reduce(0) { $0 + $1.readableBytes }
        guard held + bytes.readableBytes <= capacity else { return .tooLarge }
        announced[id]?.parts[number] = bytes
        return nil
    }

    /// Joins the parts in the order of their numbers; false when one of them has not come.
    mutating func completeParts(_ numbers: [Int], id: RequestID) -> Bool {
        guard let file = announced[id], !numbers.isEmpty else { return false }
        var whole = ByteBuffer()
        for number in numbers.sorted() {
            guard let part = file.parts[number] else { return false }
            whole.writeImmutableBuffer(part)
        }
        return complete(id, bytes: whole)
    }
}
