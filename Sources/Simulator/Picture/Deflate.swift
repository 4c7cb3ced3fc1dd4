import CZlib

/// zlib compression of data that comes in pieces.
enum Deflate {
    static func compress(_ pieces: some Sequence<[UInt8]>) -> [UInt8] {
        var stream = z_stream()
        // The arguments are constants; it can fail for want of memory only.
        guard deflateInit_(&stream, 2, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return [] }
        defer { deflateEnd(&stream) }
        var output: [UInt8] = []
        for piece in pieces { feed(piece, to: &stream, flush: Z_NO_FLUSH, output: &output) }
        feed([], to: &stream, flush: Z_FINISH, output: &output)
        return output
    }

    private static func feed(_ piece: [UInt8], to stream: inout z_stream, flush: Int32, output: inout [UInt8]) {
        piece.withUnsafeBufferPointer { input in
            // zlib's next_in lacks a const; the input is only read.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = uInt(input.count)
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16384) { room in
                repeat {
                    stream.next_out = room.baseAddress
                    stream.avail_out = uInt(room.count)
                    deflate(&stream, flush)
                    output += room.prefix(room.count - Int(stream.avail_out))
                } while stream.avail_out == 0
            }
            stream.next_in = nil
        }
    }
}
